namespace Assay.Statistics.Attribution;

/// <summary>What coalitions of players are worth.</summary>
/// <param name="coalitions">One after the other, each with a 1 or 0 for every player: whether it is in.</param>
/// <param name="values">Takes the value of each.</param>
public delegate void CoalitionValues(ReadOnlySpan<byte> coalitions, Span<double> values);

/// <summary>Coalitions to ask about, and how their values become those of the players.</summary>
/// <param name="players">How many.</param>
/// <param name="asked">The coalitions, as <see cref="CoalitionValues"/> takes them.</param>
/// <param name="solve">From the value of each.</param>
public sealed class CoalitionPlan(int players, byte[] asked, Func<double[], double[]> solve)
{
    /// <summary>How many coalitions.</summary>
    public int Count => asked.Length / players;

    /// <summary>For each player of a coalition a 1 or 0: whether it is in.</summary>
    public ReadOnlySpan<byte> Coalition(int at) => asked.AsSpan(at * players, players);

    /// <summary>The values of the players.</summary>
    /// <param name="values">Of each coalition.</param>
    public double[] Solve(double[] values) => solve(values);

    internal double[] Ask(CoalitionValues game)
    {
        var values = new double[Count];
        game(asked, values);
        return solve(values);
    }
}
