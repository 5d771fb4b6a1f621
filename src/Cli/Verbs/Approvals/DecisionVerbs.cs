using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Models;
using Assay.Registry.Approvals;

namespace Assay.Cli.Verbs.Approvals;

/// <summary><c>assay approve</c>, <c>assay reject</c> and <c>assay withdraw</c>: a person's decision on the request that waits.</summary>
internal static class DecisionVerbs
{
    private static readonly Argument<string> Model = ModelVerbs.Version("Version that is decided on");

    private static readonly Option<string?> Comment = new("--comment") { Description = "In your own words; signed with the decision", HelpName = "TEXT" };

    private static readonly Option<string> Why = new("--comment") { Description = "Why; signed with the decision", HelpName = "TEXT", Required = true };

    private static readonly Option<string?> ActingFor = new("--acting-for") { Description = "Id of the person in whose place you decide. Default: your own", HelpName = "PERSON" };

    private static readonly Option<bool> TheRequest = new("--request") { Description = "Take back the request itself, which you made, instead of your decision" };

    public static Command Approve() => Deciding(
        "approve", "Signs your approval of a version for a stage", Decision.Approved, Comment,
        "assay approve models:/churn/3", "assay approve models:/churn/3 --comment 'Checked the thin files.' --json");

    public static Command Reject() => Deciding(
        "reject", "Signs your rejection, which stands against any approval until you withdraw it", Decision.Rejected, Why,
        "assay reject models:/churn/3 --comment 'It was never tried on seniors.'");

    public static Command Withdraw()
    {
        var verb = new Verb(
            "withdraw", "Takes back your decision, or with --request the request that you made",
            "assay withdraw models:/churn/3", "assay withdraw models:/churn/3 --request").Connected();
        verb.Add(Model);
        verb.Add(GateVerbs.Stage);
        verb.Add(TheRequest);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var request = await Waiting(session, cancel);
            if (session.Parsed.GetValue(TheRequest))
                session.Write(await session.Client.Approvals.Withdraw(request.Request.Id, cancel), _ => Screen.Line("The request is withdrawn."));
            else
                session.Write(await session.Client.Approvals.Decide(request.Request.Id, new(Decision.Withdrawn), cancel), _ => Screen.Line("Your decision is withdrawn."));
            return 0;
        }));
        return verb;
    }

    private static Verb Deciding(string name, string description, Decision decision, Option comment, params string[] examples)
    {
        var verb = new Verb(name, description, examples).Connected();
        verb.Add(Model);
        verb.Add(GateVerbs.Stage);
        verb.Add(comment);
        verb.Add(ActingFor);
        verb.SetAction(Session.Running((session, cancel) => Decide(session, decision, cancel)));
        return verb;
    }

    private static async Task<int> Decide(Session session, Decision decision, CancellationToken cancel)
    {
        var request = await Waiting(session, cancel);
        if (!session.Json)
            Screen.Line($"You sign the digest {request.Request.Digest}, policy {request.Policy} of {request.Request.Stage}, and {request.Evidence.Count} statements about the model.");
        var words = decision == Decision.Rejected ? session.Parsed.GetRequiredValue(Why) : session.Parsed.GetValue(Comment);
        var after = await session.Client.Approvals.Decide(
            request.Request.Id,
            new(decision, words, request.PolicyDigest, request.EvidenceDigest, session.Parsed.GetValue(ActingFor)),
            cancel);
        session.Write(after, Show);
        return 0;
    }

    private static void Show(ApprovalRequestDetail request)
    {
        foreach (var list in request.Lists)
            Screen.Line($"{list.From}: {list.Counted} of {list.Needed}");
    }

    private static async Task<ApprovalRequestDetail> Waiting(Session session, CancellationToken cancel)
    {
        var reference = ModelReference.Parse(session.Parsed.GetRequiredValue(Model));
        var stage = session.Parsed.GetRequiredValue(GateVerbs.Stage);
        var version = await session.Client.Models.Find(reference.Name, reference.Version, cancel)
            ?? throw new CommandException($"There is no model version {reference}.");
        string? cursor = null;
        do
        {
            // Newest first: a decision on a request that is closed can still be withdrawn.
            var page = await session.Client.Approvals.List(cursor, cancel: cancel);
            var found = page.Items.FirstOrDefault(request => request.Model == reference.Name && request.Version == version.Version.Version
                && request.Stage.Equals(stage, StringComparison.OrdinalIgnoreCase));
            if (found is not null)
                return (await session.Client.Approvals.Find(found.Id, cancel))!;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        throw new CommandException($"Nobody has asked for {reference} to enter {stage}: 'assay request {reference} --reason …' does.");
    }
}
