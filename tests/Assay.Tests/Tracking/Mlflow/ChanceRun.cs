using System.Globalization;
using System.Text.RegularExpressions;
using Assay.Tracking.Search;

namespace Assay.Tests.Tracking.Mlflow;

/// <summary>A run with values by chance, few enough that filters meet them, and the meaning of a comparison in memory.</summary>
internal sealed record ChanceRun(string Name, long StartedAt, Dictionary<string, double> Metrics, Dictionary<string, string> Params, Dictionary<string, string> Tags)
{
    public static async Task<ChanceRun> Log(MlflowClient client, string experiment, Random random, int number)
    {
        var run = new ChanceRun($"run{number}", 1000 + random.Next(5), [], [], []);
        foreach (var key in ChanceFilter.Keys)
        {
            if (random.Next(3) > 0)
                run.Metrics[key] = random.Next(8) == 0 ? double.NaN : random.Next(5);
            if (random.Next(3) > 0)
                run.Params[key] = ChanceFilter.Values[random.Next(ChanceFilter.Values.Length)];
            if (random.Next(3) > 0)
                run.Tags[key] = ChanceFilter.Values[random.Next(ChanceFilter.Values.Length)];
        }

        var id = await client.Run(experiment, new { run_name = run.Name, start_time = run.StartedAt });
        await client.Post("/runs/log-batch", new
        {
            run_id = id,
            metrics = run.Metrics.Select(pair => new { key = pair.Key, value = double.IsNaN(pair.Value) ? (object)"NaN" : pair.Value, timestamp = 1 }),
            @params = run.Params.Select(pair => new { key = pair.Key, value = pair.Value }),
            tags = run.Tags.Select(pair => new { key = pair.Key, value = pair.Value }),
        });
        return run;
    }

    /// <summary>What the comparison means; without a look at any database.</summary>
    public bool Matches(Comparison comparison) => comparison.Entity switch
    {
        SearchEntity.Metric => Metrics.TryGetValue(comparison.Key, out var number) && Compare(number, comparison),
        SearchEntity.Param => Compare(Params.GetValueOrDefault(comparison.Key), comparison),
        SearchEntity.Tag => Compare(Tags.GetValueOrDefault(comparison.Key), comparison),
        _ => comparison.Key == "name" ? Compare(Name, comparison) : Compare(StartedAt, comparison),
    };

    private static bool Compare(double left, Comparison comparison)
    {
        var right = (double)comparison.Value!;
        return comparison.Operator switch
        {
            "=" => left == right,
            "!=" => left != right,
            ">" => left > right,
            ">=" => left >= right,
            "<" => left < right,
            _ => left <= right,
        };
    }

    private static bool Compare(string? left, Comparison comparison) => (left, comparison.Operator) switch
    {
        (null, "IS NULL") => true,
        (null, _) or (_, "IS NULL") => false,
        (_, "IS NOT NULL") => true,
        ({ } text, "=") => text == (string)comparison.Value!,
        ({ } text, "!=") => text != (string)comparison.Value!,
        ({ } text, "LIKE") => Like(text, (string)comparison.Value!, RegexOptions.None),
        ({ } text, _) => Like(text, (string)comparison.Value!, RegexOptions.IgnoreCase),
    };

    private static bool Like(string text, string pattern, RegexOptions options) =>
        Regex.IsMatch(text, "^" + Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal).Replace("_", ".", StringComparison.Ordinal) + "$", options | RegexOptions.CultureInvariant);
}

/// <summary>Filters by chance, in all the ways in which they may be written.</summary>
internal static class ChanceFilter
{
    public static readonly string[] Keys = ["a", "b.c", "with space", "d-e/f"];
    public static readonly string[] Values = ["", "x", "X", "xy", "Xy z", "it's", "5"];
    private static readonly string[] Patterns = ["%", "x%", "%Y%", "_", "_y", "%'%", "x", "", "%z"];
    private static readonly string[] NumberOperators = ["=", "!=", ">", ">=", "<", "<="];

    public static string Make(Random random) => string.Join(random.Next(2) == 0 ? " AND " : " and ", Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Comparison(random)));

    private static string Comparison(Random random)
    {
        var key = Quoted(Keys[random.Next(Keys.Length)], random);
        var number = random.Next(-1, 6).ToString(CultureInfo.InvariantCulture) + (random.Next(3) == 0 ? ".5" : "");
        return random.Next(5) switch
        {
            0 or 1 => $"{One(random, "metric", "metrics")}.{key} {NumberOperators[random.Next(6)]} {number}",
            2 => $"{One(random, "params", "param", "parameter", "parameters")}.{key} {Text(random)}",
            3 => $"{One(random, "tags", "tag")}.{key}   {Text(random)}",
            _ => random.Next(2) == 0 ? $"{One(random, "", "attributes.", "attr.", "run.")}start_time {NumberOperators[random.Next(6)]} {1000 + random.Next(5)}" : $"run_name LIKE 'run{random.Next(4)}%'",
        };
    }

    private static string Text(Random random) => random.Next(6) switch
    {
        0 => One(random, "IS NULL", "is null"),
        1 => One(random, "IS NOT NULL", "is not null"),
        2 => $"{One(random, "LIKE", "like")} {Value(Patterns[random.Next(Patterns.Length)])}",
        3 => $"{One(random, "ILIKE", "ilike")} {Value(Patterns[random.Next(Patterns.Length)])}",
        4 => $"!= {Value(Values[random.Next(Values.Length)])}",
        _ => $"= {Value(Values[random.Next(Values.Length)])}",
    };

    private static string Value(string text) => text.Contains('\'', StringComparison.Ordinal) ? $"\"{text}\"" : $"'{text}'";

    private static string Quoted(string key, Random random) =>
        key.All(letter => char.IsLetterOrDigit(letter) || letter == '.') && random.Next(2) == 0 ? key : random.Next(2) == 0 ? $"`{key}`" : $"\"{key}\"";

    private static string One(Random random, params string[] words) => words[random.Next(words.Length)];
}
