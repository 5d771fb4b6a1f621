using System.Numerics;

namespace Assay.Statistics.Attribution;

/// <summary>
/// Shapley values by their definition (Shapley, "A value for n-person games", 1953): the value of every coalition is asked
/// for, so it is exact, and for few players only.
/// </summary>
public static class ExactShapley
{
    /// <summary>Most players: 65,536 coalitions.</summary>
    public const int PlayersMax = 16;

    /// <summary>The values of the players, whose sum is that of all together less that of none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="PlayersMax"/> players.</exception>
    public static double[] Of(int players, CoalitionValues game) => Plan(players).Ask(game);

    /// <summary>The same in two steps, for a game that is asked elsewhere.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="PlayersMax"/> players.</exception>
    public static CoalitionPlan Plan(int players)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(players, PlayersMax);
        return new(players, All(players), values => Solve(players, values));
    }

    private static double[] Solve(int players, double[] values)
    {
        var weights = Weights(players);
        var shapley = new double[players];
        for (uint coalition = 0; coalition < values.Length; coalition++)
        {
            for (var player = 0; player < players; player++)
            {
                var with = coalition | (1u << player);
                if (with != coalition)
                    shapley[player] += weights[BitOperations.PopCount(coalition)] * (values[with] - values[coalition]);
            }
        }

        return shapley;
    }

    private static byte[] All(int players)
    {
        var coalitions = new byte[(1 << players) * players];
        for (var coalition = 0; coalition < 1 << players; coalition++)
        {
            for (var player = 0; player < players; player++)
                coalitions[coalition * players + player] = (byte)(coalition >> player & 1);
        }

        return coalitions;
    }

    // s! (n - 1 - s)! / n!, the chance that just these s came before in a random order.
    private static double[] Weights(int players)
    {
        var weights = new double[players];
        for (var size = 0; size < players; size++)
        {
            weights[size] = 1.0 / players;
            for (var i = 1; i <= size; i++)
                weights[size] *= (double)i / (players - i);
        }

        return weights;
    }
}
