using System.Text.Json;
using Assay.Kernel;
using Assay.Monitoring.Rules;
using Assay.Statistics.Sketches;

namespace Assay.Monitoring.Windows;

/// <summary>What a signal of the last minute was over the minutes of a window, one value each.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="Minutes">Minutes with at least 20 calls; those of each replica count for themselves.</param>
/// <param name="Mean">Of their values.</param>
/// <param name="Deviation">Standard deviation of their values.</param>
/// <param name="Least">The smallest.</param>
/// <param name="Most">The largest.</param>
public sealed record OperationFigures(RuleSignal Signal, long Minutes, double Mean, double Deviation, double Least, double Most)
{
    internal static OperationFigures Of(RuleSignal signal, Moments values) =>
        new(signal, values.Count, values.Mean, values.StandardDeviation, values.Min, values.Max);

    internal Moments ToMoments() => Moments.Of(Minutes, Mean, Deviation, Least, Most);

    /// <summary>Both together, exactly: whatever is put together stays as small as one of them.</summary>
    internal static IReadOnlyList<OperationFigures> Merge(IReadOnlyList<OperationFigures> some, IReadOnlyList<OperationFigures> others) =>
    [
        .. some.Concat(others).GroupBy(each => each.Signal).Select(same =>
        {
            var all = new Moments();
            foreach (var each in same)
                all.Merge(each.ToMoments());
            return Of(same.Key, all);
        }),
    ];

    internal static IReadOnlyList<OperationFigures> Read(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<OperationFigures>>(json, AssayJson.Options)!;

    internal static string? Write(IReadOnlyList<OperationFigures> figures) => figures.Count == 0 ? null : JsonSerializer.Serialize(figures, AssayJson.Options);
}
