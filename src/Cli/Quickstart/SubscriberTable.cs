using System.Globalization;

namespace Assay.Cli.Quickstart;

/// <summary>
/// A synthetic table of telecom subscribers, for trying Assay without data of one's own. Nobody in it exists. The same
/// bytes every time: fixed seed, own generator.
/// </summary>
/// <remarks>
/// Per subscriber, independently:
/// <list type="bullet">
/// <item><c>tenure_months</c> = 1 + floor(72 u^1.5), u uniform</item>
/// <item><c>contract</c>: month-to-month with probability 0.75 - 0.45 tenure/72, two-year with 0.08 + 0.30 tenure/72, else one-year</item>
/// <item><c>internet</c>: fibre 0.45, dsl 0.35, none 0.20</item>
/// <item><c>monthly_charge</c> = 22 + 52 [fibre] + 28 [dsl] + 8 N(0,1), at least 15</item>
/// <item><c>data_gigabytes</c> = exp(3.2 + 0.4 [fibre] + 0.6 N(0,1)); missing without internet</item>
/// <item><c>support_calls</c> ~ Poisson(0.7 + 0.6 [fibre]), <c>late_payments</c> ~ Poisson(0.4)</item>
/// <item><c>age</c> = 18 + floor(70 u), <c>region</c> and <c>payment_method</c> uniform over four and three values: without effect, as many columns are</item>
/// <item><c>subscriber_id</c>: running number, an identifier</item>
/// <item>log-odds of <c>churn</c> = -2.05 + 1.35 [month-to-month] - 1.1 [two-year] - 0.045 tenure + 0.5 [fibre]
/// + 0.55 support_calls + 0.6 late_payments + 0.018 (monthly_charge - 60)</item>
/// </list>
/// About 23 % churn. Knowing the formula, nobody can rank subscribers with an AUC above about 0.86; the outcome is drawn.
/// </remarks>
internal static class SubscriberTable
{
    public const string Name = "subscriber-churn";
    public const string Label = "churn";
    public const int Rows = 20_000;
    private const ulong Seed = 20_240_229;

    /// <summary>The table as CSV with a header, UTF-8.</summary>
    public static void Write(Stream destination, int rows = Rows)
    {
        using var writer = new StreamWriter(destination, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(
            "subscriber_id,tenure_months,contract,internet,monthly_charge,data_gigabytes,support_calls,late_payments,age,region,payment_method,churn");
        var chance = new Chance(Seed);
        for (var row = 1; row <= rows; row++)
            WriteSubscriber(writer, row, chance);
    }

    private static void WriteSubscriber(StreamWriter writer, int number, Chance chance)
    {
        var tenure = 1 + (int)(72 * Math.Pow(chance.Uniform(), 1.5));
        var contract = Contract(tenure, chance.Uniform());
        var internet = chance.Uniform() switch { < 0.45 => "fibre", < 0.80 => "dsl", _ => "none" };
        var isFibre = internet == "fibre" ? 1 : 0;
        var basis = internet switch { "fibre" => 74.0, "dsl" => 50.0, _ => 22.0 };
        var charge = Math.Round(Math.Max(15, basis + 8 * chance.Normal()), 2);
        var gigabytes = Math.Exp(3.2 + 0.4 * isFibre + 0.6 * chance.Normal());
        var calls = chance.Poisson(0.7 + 0.6 * isFibre);
        var late = chance.Poisson(0.4);
        var age = 18 + (int)(70 * chance.Uniform());
        var region = chance.OneOf("north", "east", "south", "west");
        var payment = chance.OneOf("card", "debit", "invoice");
        var logOdds = -2.05 + ContractEffect(contract) - 0.045 * tenure + 0.5 * isFibre + 0.55 * calls + 0.6 * late + 0.018 * (charge - 60);
        var churn = chance.Uniform() < 1 / (1 + Math.Exp(-logOdds)) ? "Yes" : "No";
        var usage = internet == "none" ? "" : gigabytes.ToString("0.0", CultureInfo.InvariantCulture);
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{100_000 + number},{tenure},{contract},{internet},{charge:0.00},{usage},{calls},{late},{age},{region},{payment},{churn}"));
    }

    private static string Contract(int tenure, double uniform)
    {
        var monthly = 0.75 - 0.45 * tenure / 72;
        var twoYears = 0.08 + 0.30 * tenure / 72;
        return uniform < monthly ? "month-to-month" : uniform < monthly + twoYears ? "two-year" : "one-year";
    }

    private static double ContractEffect(string contract) =>
        contract switch { "month-to-month" => 1.35, "two-year" => -1.1, _ => 0 };
}
