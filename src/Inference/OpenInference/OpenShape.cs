using System.Runtime.CompilerServices;

namespace Assay.Inference.OpenInference;

/// <summary>A shape as it was sent, without an allocation; as many dimensions as are looked at, and how many there were.</summary>
internal struct OpenShape
{
    private const int Kept = 2;
    private Dimensions _dimensions;

    /// <summary>How many dimensions were sent.</summary>
    public int Rank { get; private set; }

    public readonly long First => _dimensions[0];

    public readonly long Second => _dimensions[1];

    public void Add(long dimension)
    {
        if (Rank < Kept)
            _dimensions[Rank] = dimension;
        Rank++;
    }

    public override readonly string ToString() =>
        $"[{string.Join(',', Enumerable.Range(0, Math.Min(Rank, Kept)).Select(Dimension))}{(Rank > Kept ? ",…" : "")}]";

    private readonly long Dimension(int i) => _dimensions[i];

    [InlineArray(Kept)]
    private struct Dimensions
    {
        private long _first;
    }
}
