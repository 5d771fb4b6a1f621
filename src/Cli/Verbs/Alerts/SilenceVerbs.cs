using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Monitoring.Alerts;
using Spectre.Console;

namespace Assay.Cli.Verbs.Alerts;

/// <summary><c>assay alerts silence</c>.</summary>
internal static class SilenceVerbs
{
    private static readonly Option<string> Reason = new("--reason") { Description = "Why; it stands in the ledger", HelpName = "TEXT", Required = true };

    private static readonly Option<double> Hours = new("--hours") { Description = "For how many hours", HelpName = "N", DefaultValueFactory = _ => 2 };

    private static readonly Option<string> Endpoint = new("--endpoint")
    {
        Description = "Of this endpoint, or of those that begin so when it ends with an asterisk",
        HelpName = "ENDPOINT",
        DefaultValueFactory = _ => "*",
    };

    private static readonly Option<string?> Source = new("--source") { Description = "Of this source only, such as drift", HelpName = "SOURCE" };

    private static readonly Option<AlertSeverity> Severity = new("--up-to")
    {
        Description = "Alerts above this severity are told all the same",
        HelpName = "SEVERITY",
        DefaultValueFactory = _ => AlertSeverity.Critical,
    };

    private static readonly Argument<string> Id = new("silence") { Description = "Id of the silence, as the list shows it", HelpName = "SILENCE" };

    public static Command Create() => new("silence", "Silences: for a time, alerts are raised and told to nobody") { Add(), List(), End() };

    private static Verb Add()
    {
        var verb = new Verb(
            "add", "Tells nobody about alerts like these for a time; what still lasts is told when it is over",
            "assay alerts silence add --endpoint churn --hours 4 --reason 'migration of the billing feed'").Connected();
        verb.Add(Reason);
        verb.Add(Hours);
        verb.Add(Endpoint);
        verb.Add(Source);
        verb.Add(Severity);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var parsed = session.Parsed;
            var made = await session.Client.Alerts.Silence(
                new(parsed.GetRequiredValue(Reason), TimeProvider.System.GetUtcNow().AddHours(parsed.GetValue(Hours)), null,
                    parsed.GetValue(Endpoint)!, parsed.GetValue(Source), parsed.GetValue(Severity)),
                cancel);
            session.Write(made, static made => Screen.Line($"Silence {made.Id} holds until {Figures.Time(made.To)}."));
            return 0;
        }));
        return verb;
    }

    private static Verb List()
    {
        var verb = new Verb("list", "Lists the silences that hold or are to come", "assay alerts silence list --json").Connected();
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var silences = await Pages.All((cursor, cancel) => session.Client.Alerts.Silences(false, cursor, 1000, cancel), cancel);
            session.Write(silences, static silences =>
            {
                var table = Screen.Table("Id", "Endpoint", "Source", "Up to", "From", "Until", "Reason");
                foreach (var row in silences)
                {
                    table.AddRow(
                        row.Id, Markup.Escape(row.Endpoint), Markup.Escape(row.Source ?? "all"), row.SeverityMax.ToString().ToLowerInvariant(),
                        Figures.Time(row.From), Figures.Time(row.To), Markup.Escape(row.Reason));
                }

                Screen.Write(table, "No silence holds.");
            });
            return 0;
        }));
        return verb;
    }

    private static Verb End()
    {
        var verb = new Verb("end", "Ends a silence before its time", "assay alerts silence end 019ab33c2f0a7d0b8a5d2c3e4f5a6b7c").Connected();
        verb.Add(Id);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var id = session.Parsed.GetRequiredValue(Id);
            await session.Client.Alerts.EndSilence(id, cancel);
            session.Write(new { ended = id }, static _ => Screen.Line("The silence has ended."));
            return 0;
        }));
        return verb;
    }
}
