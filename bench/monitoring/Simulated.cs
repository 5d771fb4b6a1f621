using Assay.Statistics.Drift;
using Assay.Statistics.Profiles;

namespace Assay.MonitoringBench;

/// <summary>A model's baseline of 50 features and its windows, judged as monitors judge them.</summary>
internal sealed class Simulated
{
    public const int Features = 50;
    public const int WindowRows = 500;

    private const int BaselineRows = 2000;

    private readonly Baseline[] _baselines;

    public Simulated(Random random) => _baselines = [.. Enumerable.Range(0, Features)
        .Select(feature => BaselineBuilder.Numbers($"f{feature}", Draws.Feature(feature, BaselineRows, random)))];

    /// <summary>The rule that an alert goes by.</summary>
    public static DriftRule Rule { get; } = new();

    /// <summary>Which features of a fresh window drift; one of them may be shifted, by standard deviations.</summary>
    public IReadOnlyList<DriftResult> Drifted(Random random, int shifted = -1, double shift = 0)
    {
        var results = new DriftResult[Features];
        for (var feature = 0; feature < Features; feature++)
        {
            var counts = new LiveCounts(_baselines[feature]);
            foreach (var value in Draws.Feature(feature, WindowRows, random))
                counts.Add(feature == shifted ? value + shift : value);
            results[feature] = DriftTest.Compare(_baselines[feature], counts.Take());
        }

        return Rule.Drifted(results);
    }
}
