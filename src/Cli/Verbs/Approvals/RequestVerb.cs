using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Models;
using Assay.Registry.Approvals;

namespace Assay.Cli.Verbs.Approvals;

/// <summary><c>assay request</c>.</summary>
internal static class RequestVerb
{
    private static readonly Argument<string> Model = ModelVerbs.Version("Version that is to enter the stage");

    private static readonly Option<string> Reason = new("--reason") { Description = "Why, for those who decide", HelpName = "TEXT", Required = true };

    private static readonly Option<string[]> Mention = new("--mention") { Description = "User name of somebody whose attention is asked for; may be given several times", HelpName = "NAME" };

    public static Command Create()
    {
        var verb = new Verb(
            "request",
            "Asks for the approvals that a version needs to enter a stage",
            "assay request models:/churn/3 --reason 'Better on every segment.'",
            "assay request models:/churn/3 --reason 'Fixes the thin files.' --mention carol --json").Connected();
        verb.Add(Model);
        verb.Add(GateVerbs.Stage);
        verb.Add(Reason);
        verb.Add(Mention);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var reference = ModelReference.Parse(session.Parsed.GetRequiredValue(Model));
        var made = await session.Client.Approvals.Ask(
            reference.Name,
            reference.Version,
            new RequestApprovalRequest(session.Parsed.GetRequiredValue(Reason), session.Parsed.GetRequiredValue(GateVerbs.Stage), session.Parsed.GetValue(Mention)),
            cancel);
        session.Write(made, request => Screen.Line($"Request {request.Id} waits in the inbox of those who may decide."));
        return 0;
    }
}
