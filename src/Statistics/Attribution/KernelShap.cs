using Assay.Statistics.Special;

namespace Assay.Statistics.Attribution;

/// <summary>
/// Shapley values of any game by weighted least squares (Lundberg and Lee, "A unified approach to interpreting model
/// predictions", NIPS 2017). Coalitions of the sizes that weigh most, the smallest and the largest, are asked for
/// completely while the budget lasts; of the others as many as are left are drawn, each with its complement (Covert and
/// Lee, "Improving KernelSHAP", AISTATS 2021). In double precision; the same seed gives the same answer.
/// </summary>
public static class KernelShap
{
    /// <summary>The fewest coalitions that determine the values of so many players: all of one, and all but one.</summary>
    public static int CoalitionsMin(int players) => players > 2 ? 2 * players : 2;

    /// <summary>The values of the players, whose sum is exactly that of all together less that of none.</summary>
    /// <param name="players">At least 2.</param>
    /// <param name="game">Asked once, with no coalition twice.</param>
    /// <param name="coalitions">Budget, at least <see cref="CoalitionsMin"/>; with 2ⁿ − 2 the values are exact.</param>
    /// <param name="seed">Of the drawing.</param>
    public static double[] Of(int players, CoalitionValues game, int coalitions, int seed) => Plan(players, coalitions, seed).Ask(game);

    /// <summary>The same in two steps, for a game that is asked elsewhere.</summary>
    /// <param name="players">At least 2.</param>
    /// <param name="coalitions">Budget, at least <see cref="CoalitionsMin"/>; with 2ⁿ − 2 the values are exact.</param>
    /// <param name="seed">Of the drawing.</param>
    public static CoalitionPlan Plan(int players, int coalitions, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(players, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(coalitions, CoalitionsMin(players));
        var chosen = CoalitionSample.Choose(players, coalitions, seed);
        var count = chosen.Weights.Count;
        var asked = new byte[(count + 2) * players];   // the last two: none, all
        for (var i = 0; i < count; i++)
            chosen.Members[i].CopyTo(asked, i * players);
        asked.AsSpan((count + 1) * players).Fill(1);
        return new(players, asked, values => Solve(chosen, players, values));
    }

    // The last player's value is what the others leave of the whole, which keeps the sum exact.
    private static double[] Solve(CoalitionSample chosen, int players, double[] values)
    {
        var free = players - 1;
        var (none, whole) = (values[^2], values[^1] - values[^2]);
        var (matrix, right) = (new double[free, free], new double[free]);
        for (var i = 0; i < chosen.Weights.Count; i++)
        {
            var members = chosen.Members[i];
            double last = members[free];
            var target = values[i] - none - last * whole;
            for (var row = 0; row < free; row++)
            {
                var weighted = chosen.Weights[i] * (members[row] - last);
                if (weighted == 0)
                    continue;
                right[row] += weighted * target;
                for (var column = 0; column <= row; column++)
                    matrix[row, column] += weighted * (members[column] - last);
            }
        }

        var solved = PositiveDefinite.Solve(matrix, right);
        return [.. solved, whole - solved.Sum()];
    }
}
