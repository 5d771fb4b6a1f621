using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Verbs.Audit;

namespace Assay.Cli.Verbs.Predictions;

/// <summary><c>assay predictions</c>.</summary>
internal static class PredictionVerbs
{
    /// <summary>The endpoint that a verb is about.</summary>
    public static readonly Argument<string> Name = new("name") { Description = "Name of the endpoint", HelpName = "NAME" };

    private static readonly Option<string?> Since = new("--since") { Description = "Earliest time: 2026-03-01, 2026-03-01T08:00:00Z, or an age such as 30m, 24h, 7d", HelpName = "TIME" };

    private static readonly Option<string?> Until = new("--until") { Description = "Latest time, not included; likewise", HelpName = "TIME" };

    public static Command Create() => new("predictions", "The prediction log: what endpoints were asked and what they answered")
    {
        ListPredictions.Create(),
        ShowPrediction.Create(),
        ExportPredictions.Create(),
        KeepPredictions.Create(),
        SendPredictions.Create(),
        RemovePredictions.Create(),
    };

    /// <summary>Adds the two ends of a stretch of time.</summary>
    public static Verb WithTimes(this Verb verb)
    {
        verb.Add(Since);
        verb.Add(Until);
        return verb;
    }

    public static (DateTimeOffset? From, DateTimeOffset? To) Times(ParseResult parsed) =>
        (SearchOptions.Time(parsed.GetValue(Since), "--since"), SearchOptions.Time(parsed.GetValue(Until), "--until"));
}
