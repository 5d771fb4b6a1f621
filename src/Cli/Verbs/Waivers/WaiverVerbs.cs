using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Models;
using Assay.Client;
using Assay.Registry.Waivers;
using Spectre.Console;

namespace Assay.Cli.Verbs.Waivers;

/// <summary><c>assay waiver</c>: findings of a scan that people let pass.</summary>
internal static class WaiverVerbs
{
    private static readonly Argument<string> Model = ModelVerbs.Version("Version whose scan has the findings");

    private static readonly Argument<string?> OneModel = new("model") { Description = "Only those of this version. Default: all of the project", HelpName = "models:/NAME/VERSION", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Argument<string[]> Findings = new("findings") { Description = "Ids of findings, as 'assay model scan' shows them", HelpName = "FINDING", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string> Reason = new("--reason") { Description = "Why they are harmless, or must be borne; signed with the decision", HelpName = "TEXT", Required = true };

    private static readonly Option<int> Days = new("--days") { Description = "For how many days, at most 365", HelpName = "N", DefaultValueFactory = _ => 30 };

    private static readonly Option<string?> Comment = new("--comment") { Description = "In your own words; signed with the decision", HelpName = "TEXT" };

    private static readonly Option<string> Why = new("--comment") { Description = "Why; signed with the decision", HelpName = "TEXT", Required = true };

    public static Command Create() => new("waiver", "Waivers: findings of a scan that people let pass, signed and for a time")
    {
        Ask(),
        List(),
        Deciding("grant", "Signs that the findings which are asked about may pass", WaiverDecision.Granted, Comment, "assay waiver grant models:/churn/3 --comment 'Our own class; I read its code.'"),
        Deciding("refuse", "Signs that they may not", WaiverDecision.Refused, Why, "assay waiver refuse models:/churn/3 --comment 'Export it as ONNX.'"),
        Deciding("revoke", "Takes back what was granted; from then on the version goes nowhere", WaiverDecision.Revoked, Why, "assay waiver revoke models:/churn/3 --comment 'The class opens files.'"),
        Withdraw(),
    };

    /// <summary>What a waiver says, in one line; null when it neither waits nor counts.</summary>
    public static string? Tell(WaiverSummary waiver)
    {
        var findings = string.Join(", ", waiver.Findings);
        return waiver.State switch
        {
            WaiverState.Open => $"{waiver.RequesterName ?? waiver.RequestedBy} asks to waive {findings} until {waiver.ExpiresAt:u} because: {waiver.Reason}",
            WaiverState.Granted when waiver.Problem is null => $"{findings} waived by {waiver.DeciderName ?? waiver.DecidedBy} until {waiver.ExpiresAt:u} because: {waiver.Reason}",
            WaiverState.Granted => $"{findings} waived by {waiver.DeciderName ?? waiver.DecidedBy}, which does not count: {waiver.Problem}",
            _ => null,
        };
    }

    private static Verb Ask()
    {
        var verb = new Verb(
            "ask",
            "Asks to let findings of a version's newest scan pass; somebody else decides",
            "assay waiver ask models:/churn/3 5f0c1d2e3a4b5c6d --reason 'Our own transformer, reviewed in change 812.'",
            "assay waiver ask models:/churn/3 5f0c1d2e3a4b5c6d 00aa11bb22cc33dd --reason 'Until the export to ONNX is done.' --days 14 --json").Connected();
        verb.Add(Model);
        verb.Add(Findings);
        verb.Add(Reason);
        verb.Add(Days);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var (reference, parsed) = (ModelReference.Parse(session.Parsed.GetRequiredValue(Model)), session.Parsed);
            var request = new AskWaiverRequest(
                parsed.GetRequiredValue(Findings), parsed.GetRequiredValue(Reason), TimeProvider.System.GetUtcNow().AddDays(parsed.GetValue(Days)));
            session.Write(
                await session.Client.Waivers.Ask(reference.Name, reference.Version, request, cancel),
                made => Screen.Line($"Waiver {made.Id} waits for somebody who may grant it: 'assay waiver grant {reference}'."));
            return 0;
        }));
        return verb;
    }

    private static Verb List()
    {
        var verb = new Verb("list", "Lists waivers, newest first", "assay waiver list", "assay waiver list models:/churn/3 --json").Connected();
        verb.Add(OneModel);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            IReadOnlyList<WaiverSummary> waivers;
            if (session.Parsed.GetValue(OneModel) is { } model)
            {
                var reference = ModelReference.Parse(model);
                waivers = await session.Client.Waivers.List(reference.Name, reference.Version, cancel);
            }
            else
            {
                waivers = await Pages.All((cursor, stop) => session.Client.Waivers.ListAll(cursor, 1000, stop), cancel);
            }

            session.Write(waivers, Show);
            return 0;
        }));
        return verb;
    }

    private static Verb Deciding(string name, string description, WaiverDecision decision, Option comment, string example)
    {
        var verb = new Verb(name, description, example).Connected();
        verb.Add(Model);
        verb.Add(comment);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var waiver = await Find(session, decision == WaiverDecision.Revoked ? WaiverState.Granted : WaiverState.Open, cancel);
            if (!session.Json)
                Screen.Line($"You sign the digest {waiver.Digest}, its scan, and the findings {string.Join(", ", waiver.Findings)}.");
            var words = decision == WaiverDecision.Granted ? session.Parsed.GetValue(Comment) : session.Parsed.GetRequiredValue(Why);
            var after = await session.Client.Waivers.Decide(waiver, new(decision, words), cancel);
            session.Write(after, done => Screen.Line(Tell(done) ?? $"The waiver is {done.State.ToString().ToLowerInvariant()}."));
            return 0;
        }));
        return verb;
    }

    private static Verb Withdraw()
    {
        var verb = new Verb("withdraw", "Takes back the request that you made", "assay waiver withdraw models:/churn/3").Connected();
        verb.Add(Model);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            session.Write(await session.Client.Waivers.Withdraw(await Find(session, WaiverState.Open, cancel), cancel), _ => Screen.Line("The request is withdrawn."));
            return 0;
        }));
        return verb;
    }

    private static async Task<WaiverSummary> Find(Session session, WaiverState state, CancellationToken cancel)
    {
        var reference = ModelReference.Parse(session.Parsed.GetRequiredValue(Model));
        var found = (await session.Client.Waivers.List(reference.Name, reference.Version, cancel)).Where(waiver => waiver.State == state).ToList();
        return found.Count > 0
            ? found[0]
            : throw new CommandException(state == WaiverState.Open
                ? $"No waiver of {reference} waits: 'assay waiver ask {reference} FINDING --reason …' asks for one."
                : $"No waiver of {reference} is granted.");
    }

    private static void Show(IReadOnlyList<WaiverSummary> waivers)
    {
        var table = Screen.Table("Version", "Findings", "State", "By", "Until", "Reason", "Counts");
        foreach (var waiver in waivers)
        {
            table.AddRow(
                Markup.Escape($"{waiver.Model} v{waiver.Version}"),
                string.Join(' ', waiver.Findings),
                waiver.State.ToString().ToLowerInvariant(),
                Markup.Escape(waiver.DeciderName ?? waiver.DecidedBy ?? waiver.RequesterName ?? waiver.RequestedBy),
                Figures.Time(waiver.ExpiresAt),
                Markup.Escape(waiver.Reason),
                Markup.Escape(waiver.State == WaiverState.Granted ? waiver.Problem ?? "yes" : ""));
        }

        Screen.Write(table, "No waivers.");
    }
}
