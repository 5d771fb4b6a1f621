using Assay.Statistics.Sketches;

namespace Assay.Statistics.Profiles;

/// <summary>
/// Live counts of values of which nothing was known before they came, for <see cref="LateBins"/>: numbers go into a sketch,
/// categories are counted by their place, and texts by one of <see cref="TextPlaces"/> places that their hash chooses, so that
/// none is kept. Not safe for several threads.
/// </summary>
public sealed class LateCounts
{
    /// <summary>Places over which texts are spread.</summary>
    public const int TextPlaces = 256;

    private const int LettersMax = 100;
    private readonly string? _name;
    private readonly long[] _places;
    private QuantileSketch? _numbers;
    private long _rows;
    private long _missing;

    private LateCounts(string? name, int places) => (_name, _places) = (name, new long[places]);

    /// <summary>Counts of numbers.</summary>
    /// <param name="name">What they are, where no profile names them.</param>
    public static LateCounts Numbers(string? name = null) => new(name, 0);

    /// <summary>Counts of categories that a profile names, the last place for all others.</summary>
    public static LateCounts Categories(int places) => new(null, places);

    /// <summary>Counts of texts.</summary>
    public static LateCounts Texts(string name) => new(name, TextPlaces + 1);

    /// <summary>Whether places are counted, and not numbers.</summary>
    public bool IsOfPlaces => _places.Length > 0;

    /// <summary>Counts a number; NaN is missing, and whatever is beyond the range of a float is counted at its end.</summary>
    public void Add(double value)
    {
        _rows++;
        if (double.IsNaN(value))
            _missing++;
        else
            (_numbers ??= new(seed: Random.Shared.Next())).Add(Math.Clamp(value, float.MinValue, float.MaxValue));   // replicas are merged, so each sketch has a coin of its own
    }

    /// <summary>Counts a category by its place; a negative one is missing.</summary>
    public void AddPlace(int place)
    {
        _rows++;
        if (place < 0)
            _missing++;
        else
            _places[place]++;
    }

    /// <summary>Counts a text in UTF-8, by its first hundred bytes. The same text has the same place in every process.</summary>
    public void AddText(ReadOnlySpan<byte> text)
    {
        var hash = Fnv1a.Of(text[..Math.Min(text.Length, LettersMax)]);
        AddPlace((int)((hash ^ (hash >> 32)) % TextPlaces));
    }

    /// <summary>Counts rows without a value.</summary>
    public void AddMissing(long rows)
    {
        _rows += rows;
        _missing += rows;
    }

    /// <summary>Takes the counts since the last call and starts new ones.</summary>
    public CountedWindow Take()
    {
        var taken = new CountedWindow(_rows, [.. _places], _missing, Min: _numbers?.Min, Max: _numbers?.Max) { Name = _name, Sketch = _numbers?.ToBytes() };
        Array.Clear(_places);
        (_numbers, _rows, _missing) = (null, 0, 0);
        return taken;
    }
}
