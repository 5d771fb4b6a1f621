using Assay.Statistics.Drift;
using Assay.Statistics.Profiles;

namespace Assay.Tests.Statistics;

/// <summary>The alert rule at realistic sizes: 5,600 training rows, 20 features of several shapes, windows of 500 to 1,500 rows.</summary>
public sealed class DriftTestTests
{
    private const int Features = 20;
    private static readonly DriftRule Rule = new();

    [Fact]
    public void Two_hundred_steady_windows_give_no_alert()
    {
        var baselines = Baselines(new Random(1));
        var random = new Random(2);
        for (var window = 0; window < 200; window++)
        {
            var rows = random.Next(500, 1501);
            var results = Window(baselines, random, rows, shift: 0);

            Assert.Empty(Rule.Drifted(results));
        }
    }

    [Theory]
    [InlineData(500)]
    [InlineData(1500)]
    public void A_shift_of_one_standard_deviation_is_found_and_only_where_it_is(int rows)
    {
        var baselines = Baselines(new Random(3));
        var random = new Random(4);
        for (var window = 0; window < 50; window++)
        {
            var drifted = Rule.Drifted(Window(baselines, random, rows, shift: 1));

            Assert.Equal(["f0", "f1"], drifted.Select(result => result.Name).Order());
        }
    }

    [Fact]
    public void Bonferroni_keeps_false_alarms_of_significance_alone_at_its_level()
    {
        var baselines = Baselines(new Random(5));
        var random = new Random(6);
        var significanceAlone = new DriftRule(PsiThreshold: 0, Significance: 0.05);
        var alarms = Enumerable.Range(0, 400)
            .Count(_ => significanceAlone.Drifted(Window(baselines, random, 500, shift: 0)).Count > 0);

        // 20 expected of 400; beyond 40 the p-values would be wrong, and none at all would mean that they can't alarm.
        Assert.InRange(alarms, 4, 40);
    }

    [Fact]
    public void A_large_index_that_is_chance_is_no_drift()
    {
        // 100 equally frequent categories in 120 rows: the index is large by scarcity alone.
        var random = new Random(7);
        var baseline = BaselineBuilder.Categories("c", [.. Enumerable.Range(0, 5000).Select(i => $"v{i % 100}")]);
        var live = new LiveCounts(baseline);
        for (var i = 0; i < 120; i++)
            live.Add($"v{random.Next(100)}");

        var result = DriftTest.Compare(baseline, live.Take());

        Assert.True(result.Psi > 0.2, $"index {result.Psi}");
        Assert.Empty(Rule.Drifted([result]));
    }

    [Fact]
    public void A_significant_difference_that_is_small_is_no_drift()
    {
        var baseline = BaselineBuilder.Categories(
            "c", [.. Enumerable.Repeat("a", 500_000), .. Enumerable.Repeat("b", 500_000)]);

        var result = DriftTest.Compare(baseline, [520_000, 480_000, 0], missing: 0);

        Assert.True(result.PValue < 1e-100);
        Assert.Empty(Rule.Drifted([result]));
    }

    [Fact]
    public void Values_that_go_missing_are_drift()
    {
        var baseline = BaselineBuilder.Numbers("x", [.. Enumerable.Range(0, 5000).Select(i => (double)i)]);
        var live = new LiveCounts(baseline);
        for (var i = 0; i < 700; i++)
            live.Add(i % 3 == 0 ? double.NaN : i * 7);

        var result = DriftTest.Compare(baseline, live.Take());

        Assert.Equal(700, result.Rows);
        Assert.Equal([result], Rule.Drifted([result]));
    }

    [Fact]
    public void Drifted_features_stand_by_falling_index()
    {
        DriftResult[] results = [new("a", 0.3, 0, 0, 500), new("b", 0.1, 0, 0, 500), new("c", 0.9, 0, 0, 500)];

        Assert.Equal(["c", "a"], Rule.Drifted(results).Select(result => result.Name));
    }

    private static Baseline[] Baselines(Random random) =>
        [.. Enumerable.Range(0, Features).Select(feature => IsCategory(feature)
            ? BaselineBuilder.Categories($"f{feature}", [.. Sample(random, 5600).Select(value => Category(feature, value))])
            : BaselineBuilder.Numbers($"f{feature}", [.. Sample(random, 5600).Select(value => Number(feature, value))]))];

    private static DriftResult[] Window(Baseline[] baselines, Random random, int rows, double shift) =>
        [.. baselines.Select((baseline, feature) =>
        {
            var live = new LiveCounts(baseline);
            foreach (var normal in Sample(random, rows))
            {
                var value = normal + (feature < 2 ? shift : 0);
                if (IsCategory(feature))
                    live.Add(Category(feature, value));
                else
                    live.Add(Number(feature, value));
            }

            return DriftTest.Compare(baseline, live.Take());
        })];

    private static bool IsCategory(int feature) => feature % 2 == 1;

    /// <summary>2 to 40 categories, the outer ones rare.</summary>
    private static string Category(int feature, double value) =>
        $"v{Math.Clamp((int)Math.Floor((value + 3) / 6 * (2 + (feature * 2))), 0, 1 + (feature * 2))}";

    /// <summary>Normal, heavy-tailed, rounded to a few values, or sometimes missing.</summary>
    private static double Number(int feature, double value) => (feature % 8) switch
    {
        0 => value,
        2 => Math.Exp(2 * value),
        4 => Math.Round(value),
        _ => value > 1.2 ? double.NaN : value,
    };

    private static IEnumerable<double> Sample(Random random, int rows)
    {
        for (var row = 0; row < rows; row++)
            yield return Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
