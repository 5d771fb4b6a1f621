using Assay.Tracking;
using Assay.Tracking.Runs;

namespace Assay.Console.Pages.Experiments;

/// <summary>A column of the table of runs that people choose: a metric, a parameter or a tag.</summary>
/// <param name="Kind"><c>metrics</c>, <c>params</c> or <c>tags</c>, as in filters.</param>
/// <param name="Key">Its name.</param>
public sealed record RunColumn(string Kind, string Key)
{
    private const string Metrics = "metrics";

    /// <summary>Whether it has numbers.</summary>
    public bool IsMetric => Kind == Metrics;

    /// <summary>As it is written in filters and orderings: in quotes where the grammar wants them.</summary>
    public string Text => Kind + "." + (Key.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '.') ? Key : $"`{Key}`");

    /// <summary>Reads the same; null for anything else.</summary>
    public static RunColumn? Parse(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && text[..dot] is "metrics" or "params" or "tags" && text.Length > dot + 1 ? new(text[..dot], text[(dot + 1)..].Trim('`')) : null;
    }

    /// <summary>The value of a run; null when it has none.</summary>
    public object? Of(RunSummary run) => Kind switch
    {
        Metrics => run.Metrics.TryGetValue(Key, out var number) ? number : null,
        "params" => run.Params.GetValueOrDefault(Key),
        _ => run.Tags.GetValueOrDefault(Key),
    };

    /// <summary>Columns that most runs fill: the first metrics, then the first parameters.</summary>
    public static List<RunColumn> Usual(RunColumns names) =>
    [
        .. names.Metrics.Take(6).Select(key => new RunColumn(Metrics, key)),
        .. names.Params.Take(4).Select(key => new RunColumn("params", key)),
    ];

    /// <summary>All that there are.</summary>
    public static List<RunColumn> All(RunColumns names) =>
    [
        .. names.Metrics.Select(key => new RunColumn(Metrics, key)),
        .. names.Params.Select(key => new RunColumn("params", key)),
        .. names.Tags.Select(key => new RunColumn("tags", key)),
    ];
}
