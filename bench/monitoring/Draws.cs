namespace Assay.MonitoringBench;

/// <summary>Features as tables have them: of several shapes, each with a standard deviation of 1.</summary>
internal static class Draws
{
    private const int Shapes = 5;

    public static double[] Normal(int count, Random random)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
            values[i] = Normal(random);
        return values;
    }

    /// <summary>Draws of a feature; which shape it has follows from its number.</summary>
    public static double[] Feature(int feature, int count, Random random)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (feature % Shapes) switch
            {
                0 or 1 => Normal(random),
                2 => Math.Exp(Normal(random)) / 2.1612,   // log-normal: heavy tail
                3 => -Math.Log(1 - random.NextDouble()),   // exponential
                _ => Math.Floor(random.NextDouble() * 6) / 1.7078,   // six values
            };
        }

        return values;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
