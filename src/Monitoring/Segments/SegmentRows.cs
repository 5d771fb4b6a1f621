using System.Globalization;
using Assay.Monitoring.LoggedRows;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Performance;
using Assay.Statistics.Profiles;

namespace Assay.Monitoring.Segments;

/// <summary>Drawn rows by column, each value read once, and which rows belong to each segment. The column behind the inputs is what was answered.</summary>
internal sealed class SegmentRows
{
    private readonly double[]?[] _numbers;
    private readonly string?[]?[] _texts;
    private readonly DrawnRows _drawn;

    public SegmentRows(BaselineProfile baseline, DrawnRows drawn)
    {
        _drawn = drawn;
        _numbers = [.. new double[baseline.Features.Count][], drawn.Answers?.ToArray()];
        _texts = new string?[baseline.Features.Count + 1][];
        for (var input = 0; input < baseline.Features.Count; input++)
        {
            var place = input;
            if (!drawn.Kept[input])
                continue;
            if (baseline.Features[input].Categories is null)
                _numbers[input] = [.. drawn.Rows.Select(row => double.TryParse(row[place], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN)];
            else
                _texts[input] = [.. drawn.Rows.Select(row => row[place])];
        }
    }

    /// <summary>Places of the rows of each value of an input.</summary>
    public Dictionary<string, List<int>> By(Segmentation segmentation, int input)
    {
        var parts = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var row = 0; row < _drawn.Rows.Count; row++)
        {
            var value = segmentation.ValueOf(_drawn.Rows[row][input]);
            if (!parts.TryGetValue(value, out var rows))
                parts.Add(value, rows = []);
            rows.Add(row);
        }

        return parts;
    }

    /// <summary>The profile of an input in some rows; null where the rows don't have it in clear.</summary>
    public Baseline? Profile(string name, int input, List<int> rows) =>
        _numbers[input] is { } numbers ? BaselineBuilder.Numbers(name, [.. rows.Select(row => numbers[row])])
        : _texts[input] is { } texts ? BaselineBuilder.Categories(name, [.. rows.Select(row => texts[row])])
        : null;

    /// <summary>The profile of what was answered for some rows; null where they have no answers.</summary>
    public Baseline? Answers(string name, List<int> rows) => Profile(name, _numbers.Length - 1, rows);

    /// <summary>The counts of an input in some rows over the bins of a profile.</summary>
    public CountedWindow? Count(Baseline profile, int input, List<int> rows)
    {
        var counts = new LiveCounts(profile);
        if (_numbers[input] is { } numbers)
            rows.ForEach(row => counts.Add(numbers[row]));
        else if (_texts[input] is { } texts)
            rows.ForEach(row => counts.Add(texts[row]));
        else
            return null;
        return counts.Take();
    }
}
