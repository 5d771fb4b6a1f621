using System.Globalization;
using Assay.Inference.Tensors;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Counts;

/// <summary>
/// What is counted of one tensor: each element of a row, of texts their length as well; or of many elements, or differently many,
/// the mean, the deviation and the share that is missing of each row.
/// </summary>
internal sealed class TensorSeries
{
    /// <summary>Elements of a row up to which each is counted.</summary>
    public const int WidthMax = 64;

    private const int LookedAtMax = 1024;
    private const int OfSummary = 3;

    private readonly bool _isOneRow;
    private readonly bool _isText;
    private readonly int _width;   // elements of a row that are counted one by one; 0 for a summary
    private readonly LateCounts[] _series;

    private TensorSeries(bool isOneRow, bool isText, int width, LateCounts[] series) =>
        (_isOneRow, _isText, _width, _series) = (isOneRow, isText, width, series);

    /// <summary>Rows of its last tensor.</summary>
    public int Rows { get; private set; }

    /// <summary>How many numbers it is shown as.</summary>
    public int Count => _series.Length;

    /// <summary>What of a tensor can be counted with so many series; null where nothing can.</summary>
    /// <param name="name">As it is shown.</param>
    /// <param name="spec">What the model says of it; null where it says nothing.</param>
    /// <param name="first">The first one that came; null where none did yet.</param>
    /// <param name="columns">Names of its elements, where they have some.</param>
    /// <param name="room">Series that may be made.</param>
    public static TensorSeries? Of(string name, TensorSpec? spec, NamedTensor? first, IReadOnlyList<string>? columns, int room)
    {
        if ((spec is null ? first?.Type : TensorTypes.Find(spec.Datatype)) is not { } type || type == TensorType.Bf16)
            return null;
        var isOneRow = spec is { Shape: [> 1, ..] };   // of a fixed size, so that no more rows can come
        var width = spec is not null ? Width(isOneRow ? spec.Shape : [.. spec.Shape.Skip(1)]) : Width([.. first!.Shape.Skip(1)]);
        var isText = type == TensorType.Bytes;
        var ofElement = isText ? 2 : 1;
        if (width is > 0 and <= WidthMax && width * ofElement <= room)
            return new(isOneRow, isText, width, [.. Enumerable.Range(0, width).SelectMany(place => OfElement(place))]);
        return isText || room < OfSummary ? null : new(
            isOneRow, false, 0, [LateCounts.Numbers($"{name} mean"), LateCounts.Numbers($"{name} deviation"), LateCounts.Numbers($"{name} missing")]);

        LateCounts[] OfElement(int place)
        {
            var its = columns?.Count == width ? columns[place] : width == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}[{place}]");
            return isText ? [LateCounts.Texts(its), LateCounts.Numbers($"{its} length")] : [LateCounts.Numbers(its)];
        }
    }

    /// <summary>Counts rows of a tensor, evenly chosen where they are more than the budget allows.</summary>
    public void Add(NamedTensor tensor, ValueBudget budget)
    {
        Rows = _isOneRow || tensor.Shape.Count == 0 ? 1 : (int)tensor.Shape[0];
        var width = Rows == 0 ? 0 : tensor.Count / Rows;
        if (width == 0)
            return;
        var counted = budget.Take(Rows, CostOf(width));
        if (counted == 0)
            return;
        if (tensor.Type == TensorType.Bytes != _isText || tensor.Type == TensorType.Bf16)
            AddMissing(counted);
        else if (_isText)
            AddTexts(tensor, width, counted);
        else
        {
            for (var at = 0; at < counted; at++)
            {
                var row = (int)((long)at * Rows / counted);
                if (_width > 0)
                    AddRow(tensor, row * width, width);
                else
                    AddSummary(tensor, row * width, width);
            }
        }
    }

    /// <summary>Counts rows in which it didn't come.</summary>
    public void AddMissing(int rows)
    {
        foreach (var series in _series)
            series.AddMissing(rows);
    }

    /// <summary>Takes the counts since the last call.</summary>
    public IEnumerable<CountedWindow> Take() => _series.Select(series => series.Take());

    private void AddRow(NamedTensor tensor, int start, int width)
    {
        for (var place = 0; place < _width; place++)
            _series[place].Add(place < width ? TensorNumbers.Get(tensor, start + place) : double.NaN);
    }

    // Texts stand one after the other, so all are walked over to find those of the chosen rows.
    private void AddTexts(NamedTensor tensor, int width, int counted)
    {
        var (chosen, element) = (0, 0);
        foreach (var text in tensor.Texts())
        {
            var (row, place) = (element / width, element++ % width);
            if (row < (int)((long)chosen * Rows / counted))
                continue;
            if (place < _width)
            {
                _series[2 * place].AddText(text.Span);
                _series[(2 * place) + 1].Add(text.Length);
            }

            if (place == width - 1 && ++chosen == counted)
                break;
        }
    }

    // Of many elements some are looked at, in steps that share no divisor with their number: else they might all be red.
    private void AddSummary(NamedTensor tensor, int start, int width)
    {
        var looked = Math.Min(width, LookedAtMax);
        var step = width / looked;
        while (looked < width && Divisor(step, width) > 1)
            step++;
        var (seen, about, sum, squares, at) = (0, 0.0, 0.0, 0.0, 0);
        for (var i = 0; i < looked; i++, at = (int)(((long)at + step) % width))
        {
            var value = TensorNumbers.Get(tensor, start + at);
            if (!double.IsFinite(value))
                continue;
            if (seen++ == 0)
                about = value;   // squares of what is far from zero would swallow the differences
            var off = value - about;
            sum += off;
            squares += off * off;
        }

        var mean = sum / seen;   // NaN without any
        _series[0].Add(about + mean);
        _series[1].Add(Math.Sqrt(Math.Max(0, (squares / seen) - (mean * mean))));
        _series[2].Add((double)(looked - seen) / looked);
    }

    // In numbers that are put into a sketch, which takes about as long as eight that are added up.
    private int CostOf(int width) => _width == 0 ? Math.Max(OfSummary, Math.Min(width, LookedAtMax) / 8) : _isText ? 4 * _series.Length : _series.Length;

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);

    // Of the dimensions of a row; 0 where one may be of any size.
    private static int Width(IEnumerable<long> dimensions) =>
        (int)Math.Min(WidthMax + 1, dimensions.Aggregate(1L, (product, size) => size < 0 ? 0 : Math.Min(product * size, WidthMax + 1)));
}
