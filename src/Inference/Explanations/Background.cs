using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Explanations;

/// <summary>
/// Rows that stand for the training data: a package has the distribution of each input and, on purpose, no rows. Each
/// input's values are spread evenly over its own distribution and then shuffled, so that each input is as in training and
/// inputs don't hang together. The same package gives the same rows.
/// </summary>
internal static class Background
{
    public const string Sentence = "64 rows made of the baseline: each input is distributed as in the training data, independently of the others.";

    /// <summary>Rows of cells as <c>PredictionRows</c> keeps them.</summary>
    public static float[][] Rows(ModelSchema schema, BaselineProfile baseline, int count)
    {
        var random = new Random(20);
        var rows = Enumerable.Range(0, count).Select(_ => new float[schema.Inputs.Count]).ToArray();
        for (var input = 0; input < schema.Inputs.Count; input++)
        {
            var spread = new Spread(schema.Inputs[input], baseline.Features[input]);
            float[] values = [.. Enumerable.Range(0, count).Select(i => spread.At((i + 0.5) / count))];
            random.Shuffle(values);
            for (var row = 0; row < count; row++)
                rows[row][input] = values[row];
        }

        return rows;
    }
}

/// <summary>One input's distribution in the training data.</summary>
internal sealed class Spread
{
    private readonly Baseline _baseline;
    private readonly float[][] _categories;   // of each bin of a category, the indexes that it stands for
    private readonly bool _isNumber;

    public Spread(ModelInput input, Baseline baseline)
    {
        _baseline = baseline;
        _isNumber = input.Type == InputType.Number;
        _categories = _isNumber ? [] : BinsOf(input.Categories!, baseline.Categories ?? []);
        Rows = baseline.Counts.Sum() + baseline.Missing;
    }

    /// <summary>Rows that were profiled.</summary>
    public long Rows { get; }

    /// <summary>Smallest number of the training data; without one, no number is small enough.</summary>
    public double Min => _baseline.Min ?? double.PositiveInfinity;

    /// <summary>Largest number of the training data; without one, no number is large enough.</summary>
    public double Max => _baseline.Max ?? double.NegativeInfinity;

    /// <summary>A change of a number that counts as 1.</summary>
    public double Deviation => !_isNumber ? double.NaN : _baseline.StandardDeviation is > 0 and var deviation ? deviation : 1;

    /// <summary>Whether a number takes whole values only: where every cut of its distribution is one, its values are.</summary>
    public bool IsWhole => (_baseline.Edges ?? []).Append(_baseline.Min ?? 0.5).Append(_baseline.Max ?? 0.5).All(double.IsInteger);

    /// <summary>Cells from all over the distribution: of a number its ends and cuts, of a category its most frequent values.</summary>
    public IReadOnlyList<float> Steps => _isNumber
        ? [.. (_baseline.Edges ?? []).Append(Min).Append(Max).Where(double.IsFinite).Select(step => (float)step).Distinct()]
        : [.. _categories.SelectMany(indexes => indexes).Take(100)];

    /// <summary>The cell at a share of the way through the distribution, missing values being last.</summary>
    public float At(double share)
    {
        var rank = share * Rows;
        for (var bin = 0; bin < _baseline.Counts.Count; bin++)
        {
            if (rank < _baseline.Counts[bin])
                return Within(bin, rank / _baseline.Counts[bin]);
            rank -= _baseline.Counts[bin];
        }

        return _isNumber ? float.NaN : PredictionRows.MissingCategory;
    }

    /// <summary>The mean of a function of the cell; of a number it must be a straight line wherever the number is there.</summary>
    public double Mean(Func<float, float> function)
    {
        var missing = function(_isNumber ? float.NaN : PredictionRows.MissingCategory);
        if (Rows == 0)
            return missing;
        var present = _isNumber
            ? _baseline.Mean is { } mean ? (Rows - _baseline.Missing) * (double)function((float)mean) : 0
            : _categories.Select((indexes, bin) => indexes.Length == 0 ? 0 : _baseline.Counts[bin] * indexes.Average(index => (double)function(index))).Sum();
        return (present + _baseline.Missing * (double)missing) / Rows;
    }

    private float Within(int bin, double share)
    {
        if (!_isNumber)
            return _categories[bin] is { Length: > 0 } indexes ? indexes[Math.Min((int)(share * indexes.Length), indexes.Length - 1)] : PredictionRows.MissingCategory;
        var edges = _baseline.Edges ?? [];
        var low = bin == 0 ? _baseline.Min : edges[bin - 1];
        var high = bin == edges.Count ? _baseline.Max : edges[bin];
        if (low is not { } from || high is not { } to)
            return (float)(low ?? high ?? 0);
        var value = from + share * Math.Max(0, to - from);
        return (float)(IsWhole ? Math.Round(value) : value);
    }

    // The last bin is for all values that have none of their own.
    private static float[][] BinsOf(IReadOnlyList<string> categories, IReadOnlyList<string> known)
    {
        var index = categories.Select((category, i) => (category, i)).DistinctBy(pair => pair.category, StringComparer.Ordinal).ToDictionary(pair => pair.category, pair => (float)pair.i, StringComparer.Ordinal);
        float[] others = [.. index.Where(pair => !known.Contains(pair.Key, StringComparer.Ordinal)).Select(pair => pair.Value).Order()];
        return [.. known.Select(category => index.TryGetValue(category, out var place) ? new[] { place } : []), others];
    }
}
