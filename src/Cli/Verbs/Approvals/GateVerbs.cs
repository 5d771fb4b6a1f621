using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Models;
using Assay.Cli.Verbs.Waivers;
using Assay.Registry.Gates;
using Assay.Registry.Waivers;
using Spectre.Console;

namespace Assay.Cli.Verbs.Approvals;

/// <summary><c>assay gate</c>: how a gate stands before a version, without going through it.</summary>
internal static class GateVerbs
{
    private static readonly Argument<string> Model = ModelVerbs.Version("Version before the gate");

    private static readonly Option<string?> Policy = new("--policy") { Description = "Draft of a policy to try before it is published. Default: the one in force", HelpName = "FILE" };

    /// <summary>The stage whose gate is meant.</summary>
    public static readonly Option<string> Stage = new("--stage") { Description = "Stage of the gate", HelpName = "STAGE", DefaultValueFactory = _ => "Production" };

    public static Command Create() => new("gate", "Gates: what they would say of a version, and what is missing") { Check(), Explain() };

    private static Verb Check()
    {
        var verb = new Verb(
            "check",
            "Tries a gate; nothing moves and nothing is recorded. Exits with 1 when it would not pass",
            "assay gate check models:/churn/3",
            "assay gate check models:/churn/3 --policy policy.yaml --json").Connected();
        verb.Add(Model);
        verb.Add(Stage);
        verb.Add(Policy);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var reference = ModelReference.Parse(session.Parsed.GetRequiredValue(Model));
            var draft = session.Parsed.GetValue(Policy) is { } file ? await File.ReadAllTextAsync(file, cancel) : null;
            var verdict = await session.Client.Approvals.Check(reference.Name, reference.Version, session.Parsed.GetRequiredValue(Stage), draft, cancel);
            session.Write(verdict, TrainingText.Show);
            if (!session.Json && (await session.Client.Models.Scan(reference.Name, reference.Version, cancel))?.Waivers is { } waivers)
                Show(waivers);
            return verdict.Passed ? 0 : 1;
        }));
        return verb;
    }

    private static Verb Explain()
    {
        var verb = new Verb(
            "explain",
            "Shows the whole gate before a version: rules, lists of approvers, decisions and why they count or not, and who may not decide",
            "assay gate explain models:/churn/3",
            "assay gate explain models:/churn/3 --stage Staging --json").Connected();
        verb.Add(Model);
        verb.Add(Stage);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var reference = ModelReference.Parse(session.Parsed.GetRequiredValue(Model));
            session.Write(await session.Client.Approvals.Explain(reference.Name, reference.Version, session.Parsed.GetRequiredValue(Stage), cancel), Show);
            return 0;
        }));
        return verb;
    }

    private static void Show(IReadOnlyList<WaiverSummary> waivers)
    {
        foreach (var line in waivers.Select(WaiverVerbs.Tell).OfType<string>())
            Screen.Line(line);
    }

    private static void Show(GateExplanation gate)
    {
        Screen.Line($"models:/{gate.Model}/{gate.Version} before {gate.Stage}, policy {gate.Verdict.PolicyNumber}");
        TrainingText.Show(gate.Verdict);
        foreach (var list in gate.Lists)
            Screen.Line($"{list.From}: {list.Counted} of {list.Needed}, each good for {list.Within}");
        if (gate.Decisions.Count > 0)
        {
            var decisions = Screen.Table("Person", "Decision", "At", "Counts", "Comment");
            foreach (var decision in gate.Decisions)
                decisions.AddRow(Markup.Escape(decision.Name ?? decision.Person), decision.Decision, $"{decision.At:u}", Markup.Escape(decision.Problem ?? "yes"), Markup.Escape(decision.Comment ?? ""));
            Screen.Out.Write(decisions);
        }

        foreach (var (person, reason) in gate.Excluded)
            Screen.Line($"{person} may not decide: {reason}");
        if (gate.NotCleared is { } problem)
            Screen.Line($"It is in {gate.Stage}, and would not be served: {problem}");
        Show(gate.Waivers);
        foreach (var emergency in gate.Emergencies)
            Screen.Line($"RED: the glass was broken at {emergency.At:u} until {emergency.Until:u}, {(emergency.ReviewedBy is null ? "not reviewed" : "reviewed")}: {emergency.Reason}");
        Screen.Line(gate.Request is { } request ? $"Request {request} waits; decide at {gate.DecisionPage}" : "Nobody has asked for approval.");
    }
}
