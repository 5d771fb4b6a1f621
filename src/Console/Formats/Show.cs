using System.Globalization;

namespace Assay.Console.Formats;

/// <summary>Numbers as people read them.</summary>
internal static class Show
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>1,240 and 18,204.</summary>
    public static string Count(long value) => value.ToString("N0", Culture);

    /// <summary>Whole numbers whole, others with four significant digits and no exponent in the range that metrics have; a dash for nothing.</summary>
    public static string Number(double? value) => value switch
    {
        null or double.NaN => "–",
        { } x when Math.Abs(x) < 1e15 && x == Math.Round(x) => x.ToString("N0", Culture),
        { } x when Math.Abs(x) >= 1000 => x.ToString("N0", Culture),
        { } x when Math.Abs(x) >= 100 => x.ToString("0.0", Culture),
        { } x when Math.Abs(x) >= 10 => x.ToString("0.00", Culture),
        { } x when Math.Abs(x) >= 1 => x.ToString("0.000", Culture),
        { } x when Math.Abs(x) >= 0.001 => x.ToString("0.0000", Culture),
        { } x => x.ToString("0.0e0", Culture),
    };

    /// <summary>The same for the marks of an axis, without zeros at the end.</summary>
    public static string Tick(double value)
    {
        var text = Number(value);
        return text.Contains('.') && !text.Contains('e') ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    /// <summary>+0.0090 and −0.0110: four decimals below 1, so that differences can be compared at a glance.</summary>
    public static string Signed(double value) =>
        (value < 0 ? "−" : "+") + (Math.Abs(value) < 1 ? Math.Abs(value).ToString("0.0000", Culture) : Number(Math.Abs(value)));

    /// <summary>1 run and 1,240 runs.</summary>
    public static string Count(long value, string one) => $"{Count(value)} {one}{(value == 1 ? "" : "s")}";

    /// <summary>What an endpoint follows: v2 for a number, and a stage or an alias as it is called.</summary>
    public static string Target(string target) => target.All(char.IsAsciiDigit) ? "v" + target : target;

    /// <summary>Version 2 alone, or versions 1, 2 and 4: each once, in order.</summary>
    public static string Versions(IEnumerable<int> versions) => versions.Distinct().Order().ToList() switch
    {
        [var only] => $"version {only}",
        { } several => $"versions {string.Join(", ", several.SkipLast(1))} and {several[^1]}",
    };

    /// <summary>A p-value: below one in ten thousand it matters no more how far.</summary>
    public static string Chance(double? value) => value < 0.0001 ? "< 0.0001" : Number(value);

    /// <summary>17 %, 2.3 % and 0.04 %: what is rare keeps a digit that tells it from nothing.</summary>
    public static string Percent(double share) => (share < 0 ? "−" : "") + (Math.Abs(share) * 100).ToString(
        Math.Abs(share) switch { > 0 and < 0.001 => "0.00", > 0 and < 0.1 or > 0.99 and < 1 => "0.0", _ => "0" }, Culture) + " %";

    /// <summary>Milliseconds below a second, seconds above.</summary>
    public static string Duration(double? milliseconds) => milliseconds switch
    {
        null or double.NaN => "–",
        0 => "0 ms",
        < 0.1 => milliseconds.Value.ToString("0.000", Culture) + " ms",
        < 1 => milliseconds.Value.ToString("0.00", Culture) + " ms",
        < 10 => milliseconds.Value.ToString("0.0", Culture) + " ms",
        < 1000 => milliseconds.Value.ToString("0", Culture) + " ms",
        _ => Span(TimeSpan.FromMilliseconds(milliseconds.Value)),
    };

    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => span.TotalSeconds.ToString("0.0", Culture) + " s",
        { TotalMinutes: < 60 } => $"{span.Minutes} min" + (span.Seconds == 0 ? "" : $" {span.Seconds} s"),
        { TotalHours: < 48 } => $"{(int)span.TotalHours} h" + (span.Minutes == 0 ? "" : $" {span.Minutes} min"),
        _ => $"{(int)span.TotalDays} days",
    };

    /// <summary>How long ago, in the largest unit that says something.</summary>
    public static string Ago(TimeSpan span) => span switch
    {
        { TotalSeconds: < 2 } => "just now",
        { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} s ago",
        { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min ago",
        { TotalHours: < 48 } => $"{(int)span.TotalHours} h ago",
        _ => $"{(int)span.TotalDays} days ago",
    };

    public static string Bytes(long size) => size switch
    {
        < 1024 => $"{size} B",
        < 1024 * 1024 => (size / 1024.0).ToString("0.0", Culture) + " KiB",
        < 1024L * 1024 * 1024 => (size / 1048576.0).ToString("0.0", Culture) + " MiB",
        _ => (size / 1073741824.0).ToString("0.0", Culture) + " GiB",
    };

    /// <summary><see cref="Words"/> as the head of a row or column.</summary>
    public static string Title(string name) => Words(name) is { Length: > 0 } words ? char.ToUpperInvariant(words[0]) + words[1..] : "";

    /// <summary>The word for a camel-case or underscored name: <c>log_loss</c> is log loss.</summary>
    public static string Words(string name) => name switch
    {
        "auc" => "AUC",
        "f1" => "F1",
        "psi" => "PSI",
        "rmse" => "RMSE",
        "mae" => "MAE",
        "r2" => "R²",
        _ => string.Concat(name.Select((letter, place) => letter switch
        {
            '_' or '-' => " ",
            _ when place > 0 && char.IsUpper(letter) => " " + char.ToLowerInvariant(letter),
            _ => letter.ToString(),
        })),
    };
}
