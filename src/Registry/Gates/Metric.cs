using System.Globalization;

namespace Assay.Registry.Gates;

/// <summary>What is known of metrics by their names, and how their values are shown.</summary>
internal static class Metric
{
    private static readonly HashSet<string> LowIsGood = new(StringComparer.Ordinal) { "rmse", "mae", "mse", "mape", "log_loss", "logLoss", "brier" };

    /// <summary>Whether a low value is the good one; unknown metrics are good when they are high.</summary>
    public static bool IsGoodWhenLow(string name) => LowIsGood.Contains(name);

    /// <summary>By how much <paramref name="candidate"/> is better than <paramref name="other"/>; negative when it is worse.</summary>
    public static double Advantage(string name, double candidate, double other) =>
        IsGoodWhenLow(name) ? other - candidate : candidate - other;

    /// <summary>Four significant digits, and more where that is needed to see on which side of the bound the value lies.</summary>
    public static string Show(double value, double? bound = null)
    {
        for (var digits = 4; ; digits++)
        {
            var shown = Round(value, digits);
            if (digits >= 17 || bound is not { } other || value == other || shown != Round(other, digits))
                return shown;
        }
    }

    /// <summary>The same with a plus where the value is not negative.</summary>
    public static string ShowSigned(double value, double? bound = null) => value < 0 ? Show(value, bound) : "+" + Show(value, bound);

    private static string Round(double value, int digits)
    {
        var before = value == 0 ? 1 : (int)Math.Floor(Math.Log10(Math.Abs(value))) + 1;
        var decimals = Math.Clamp(digits - before, 0, 17);
        return value.ToString("0." + new string('#', decimals), CultureInfo.InvariantCulture);
    }
}
