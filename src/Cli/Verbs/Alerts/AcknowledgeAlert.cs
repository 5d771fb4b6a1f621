using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;

namespace Assay.Cli.Verbs.Alerts;

/// <summary><c>assay alerts acknowledge</c>.</summary>
internal static class AcknowledgeAlert
{
    private static readonly Option<string?> Note = new("--note") { Description = "What the others should know; it stands in the ledger", HelpName = "TEXT" };

    public static Command Create()
    {
        var verb = new Verb(
            "acknowledge", "Takes an alert on: it stays, and nobody is told about it again unless it becomes more severe",
            "assay alerts acknowledge 019ab33c2f0a7d0b8a5d2c3e4f5a6b7c --note 'looking into the tariff feed'").Connected();
        verb.Add(AlertVerbs.Id);
        verb.Add(Note);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var id = await AlertVerbs.Find(session.Client, session.Parsed.GetRequiredValue(AlertVerbs.Id), cancel);
        session.Write(await session.Client.Alerts.Acknowledge(id, session.Parsed.GetValue(Note), cancel), ShowAlert.Show);
        return 0;
    }
}
