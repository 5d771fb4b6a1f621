using System.Globalization;
using System.Text;

namespace Assay.Tests.Pipelines;

/// <summary>A small made-up table: who has a monthly contract and pays much tends to leave.</summary>
internal static class Subscribers
{
    public const int Rows = 400;

    /// <summary>As CSV, with label <c>churn</c>; the same for the same seed.</summary>
    public static byte[] Csv(int seed = 7)
    {
        var random = new Random(seed);
        var csv = new StringBuilder("tenure,charge,contract,churn\n");
        for (var row = 0; row < Rows; row++)
        {
            var (tenure, charge, monthly) = (random.Next(1, 73), 20 + (100 * random.NextDouble()), random.NextDouble() < 0.5);
            var leaning = (0.06 * charge) - (0.08 * tenure) + (monthly ? 2 : -1) - 1;
            var churn = random.NextDouble() < 1 / (1 + Math.Exp(-leaning));
            csv.Append(CultureInfo.InvariantCulture, $"{tenure},{charge:F2},{(monthly ? "monthly" : "yearly")},{(churn ? "yes" : "no")}\n");
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }
}
