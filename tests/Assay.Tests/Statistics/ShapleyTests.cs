using Assay.Statistics.Attribution;
using Assay.Statistics.Special;

namespace Assay.Tests.Statistics;

public sealed class ShapleyTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(3, 5, 5)]
    [InlineData(4, 6, 6)]
    [InlineData(5, 4, 11)]   // several slots of one player, asked again and again on one way
    [InlineData(6, 6, 12)]
    public void Tree_shap_is_the_mean_over_all_orders_of_columns(int seed, int players, int slots)
    {
        var random = new RandomForest(seed, players, slots);
        var shap = new TreeShap(random.Forest);
        var attributions = new double[players];
        shap.Add(random.Row, attributions);

        AssertClose(RandomForest.Shapley(players, random.ByShares), attributions);
        Assert.Equal(random.ByShares(new bool[players]), shap.ExpectedValue, 1e-12);
        Assert.Equal(random.Forest.Of(random.Row), shap.ExpectedValue + attributions.Sum(), 1e-12);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(3, 5, 5)]
    [InlineData(4, 6, 6)]
    [InlineData(5, 4, 11)]
    [InlineData(6, 6, 12)]
    public void Tree_shap_against_background_rows_is_the_mean_over_all_orders_of_columns(int seed, int players, int slots)
    {
        var random = new RandomForest(seed, players, slots);
        var shap = new BackgroundTreeShap(random.Forest, random.Background);
        var attributions = new double[players];
        shap.Add(random.Row, attributions);

        AssertClose(RandomForest.Shapley(players, random.ByBackground), attributions);
        Assert.Equal(random.Forest.Of(random.Row), shap.ExpectedValue + attributions.Sum(), 1e-12);
    }

    [Theory]
    [InlineData(7, 12)]
    [InlineData(8, 9)]
    public void Deep_trees_keep_their_digits(int seed, int depth)
    {
        var random = new RandomForest(seed, players: 12, slots: 12, trees: 40, depth);
        var shap = new TreeShap(random.Forest);
        var attributions = new double[12];
        shap.Add(random.Row, attributions);

        var exact = ExactShapley.Of(12, Game(12, random.ByShares));
        AssertClose(exact, attributions);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    public void Values_by_enumeration_are_the_mean_over_all_orders(int players)
    {
        var game = RandomGame(players);
        AssertClose(RandomForest.Shapley(players, game), ExactShapley.Of(players, Game(players, game)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(9)]
    public void Kernel_shap_that_may_ask_for_every_coalition_is_exact(int players)
    {
        var game = Game(players, RandomGame(players));
        AssertClose(ExactShapley.Of(players, game), KernelShap.Of(players, game, (1 << players) - 2, seed: 1));
    }

    [Fact]
    public void Kernel_shap_with_fewer_coalitions_is_near_keeps_the_sum_and_is_exact_for_what_adds_up()
    {
        const int Players = 14;
        var random = new RandomForest(9, Players - 2, 12, trees: 10);
        double Forest(bool[] known) => random.ByShares(known[..(Players - 2)]);
        double Sum(bool[] known) => known.Select((isKnown, player) => isKnown ? player * 1.5 - 4 : 0).Sum();
        bool[] all = [.. Enumerable.Repeat(true, Players)];

        var near = KernelShap.Of(Players, Game(Players, Forest), 2000, seed: 1);
        var exact = ExactShapley.Of(Players, Game(Players, Forest));
        Assert.All(exact.Zip(near), pair => Assert.Equal(pair.First, pair.Second, 0.5));
        Assert.Equal(Forest(all) - Forest(new bool[Players]), near.Sum(), 1e-9);
        Assert.Equal(near, KernelShap.Of(Players, Game(Players, Forest), 2000, seed: 1));

        var additive = KernelShap.Of(Players, Game(Players, Sum), KernelShap.CoalitionsMin(Players), seed: 1);
        Assert.All(additive.Select((value, player) => (value, player)), pair => Assert.Equal(pair.player * 1.5 - 4, pair.value, 1e-9));
    }

    [Fact]
    public void No_coalition_is_asked_for_twice_and_the_budget_is_kept()
    {
        var seen = new HashSet<string>();
        KernelShap.Of(13, Note, coalitions: 700, seed: 3);
        Assert.InRange(seen.Count, 650, 702);

        void Note(ReadOnlySpan<byte> coalitions, Span<double> values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                Assert.True(seen.Add(Convert.ToHexString(coalitions.Slice(i * 13, 13))));
                values[i] = i % 7;
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(25)]
    public void Quadrature_integrates_polynomials_up_to_twice_its_nodes(int count)
    {
        var rule = GaussLegendre.Of(count);
        for (var degree = 0; degree < 2 * count; degree++)
            Assert.Equal(1.0 / (degree + 1), rule.Nodes.Zip(rule.Weights).Sum(pair => pair.Second * Math.Pow(pair.First, degree)), 1e-14);
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    private static Func<bool[], double> RandomGame(int players)
    {
        var random = new Random(players);
        double[] values = [.. Enumerable.Range(0, 1 << players).Select(_ => random.NextDouble() * 10)];
        return known => values[known.Select((isKnown, player) => isKnown ? 1 << player : 0).Sum()];
    }

    private static CoalitionValues Game(int players, Func<bool[], double> game) => (coalitions, values) =>
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = game(Array.ConvertAll(coalitions.Slice(i * players, players).ToArray(), member => member == 1));
    };
}
