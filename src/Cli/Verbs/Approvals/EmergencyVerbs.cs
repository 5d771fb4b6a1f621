using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Models;
using Assay.Registry.Approvals;
using Spectre.Console;

namespace Assay.Cli.Verbs.Approvals;

/// <summary><c>assay emergency</c>: past the human rules of a gate, for some time, and reviewed by others afterwards.</summary>
internal static class EmergencyVerbs
{
    private const string Justified = "justified";
    private const string Unjustified = "unjustified";

    private static readonly Argument<string> Model = ModelVerbs.Version("Version that is to enter the stage");

    private static readonly Option<string> Reason = new("--reason") { Description = "Why nobody's approval can be waited for, in at least 10 letters; signed", HelpName = "TEXT", Required = true };

    private static readonly Option<int?> Hours = new("--hours") { Description = "For how long, at most 168. Default: as the server is set, 24", HelpName = "N" };

    private static readonly Argument<string> Id = new("emergency") { Description = "Id of the emergency, as the list shows it", HelpName = "EMERGENCY" };

    private static readonly Option<string> Found = new("--found") { Description = $"What you found: {Justified} or {Unjustified}", HelpName = "FINDING", Required = true };

    private static readonly Option<string> Comment = new("--comment") { Description = "In your own words", HelpName = "TEXT", Required = true };

    private static readonly Option<bool> OnlyOpen = new("--open") { Description = "Only those that nobody has reviewed or that are not over" };

    static EmergencyVerbs() => Found.AcceptOnlyFromAmong(Justified, Unjustified);

    public static Command Create() => new("emergency", "Emergencies: past missing approvals for some time, and reviewed afterwards") { Break(), List(), Review() };

    private static Verb Break()
    {
        var verb = new Verb(
            "break",
            "Takes a version past the approvals that it lacks; every other rule of the gate must hold, and somebody else reviews it afterwards",
            "assay emergency break models:/churn/3 --reason 'Fraud wave tonight, nobody of risk answers.'",
            "assay emergency break models:/churn/3 --reason 'Fraud wave tonight, nobody of risk answers.' --hours 6 --json").Connected();
        verb.Add(Model);
        verb.Add(GateVerbs.Stage);
        verb.Add(Reason);
        verb.Add(Hours);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var (parsed, reference) = (session.Parsed, ModelReference.Parse(session.Parsed.GetRequiredValue(Model)));
            var made = await session.Client.Approvals.BreakGlass(
                reference.Name,
                reference.Version,
                new(parsed.GetRequiredValue(Reason), parsed.GetRequiredValue(GateVerbs.Stage), parsed.GetValue(Hours)),
                cancel);
            session.Write(made, emergency => Screen.Line(
                $"{emergency.Model} version {emergency.Version} is in {emergency.Stage} until {emergency.Until:u}; {Afterwards(emergency)}. It is red until somebody with no hand in it reviews it: 'assay emergency review {emergency.Id}'."));
            return 0;
        }));
        return verb;
    }

    private static Verb List()
    {
        var verb = new Verb("list", "Lists emergencies, newest first", "assay emergency list", "assay emergency list --open --json").Connected();
        verb.Add(OnlyOpen);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            IReadOnlyList<BrokenGlassSummary> emergencies = await session.Client.Approvals.Emergencies(cancel);
            if (session.Parsed.GetValue(OnlyOpen))
                emergencies = [.. emergencies.Where(emergency => emergency.ReviewedBy is null || emergency.EndedAt is null)];
            session.Write(emergencies, Show);
            return 0;
        }));
        return verb;
    }

    private static Verb Review()
    {
        var verb = new Verb(
            "review",
            "Says afterwards whether it was one; whoever caused it, or had a hand in the version, does not",
            "assay emergency review 019ab33c2f0a7d0b8a5d2c3e4f5a6b7c --found justified --comment 'The wave was real; risk has approved since.'",
            "assay emergency review 019ab33c2f0a7d0b8a5d2c3e4f5a6b7c --found unjustified --comment 'Two of risk were on call.' --json").Connected();
        verb.Add(Id);
        verb.Add(Found);
        verb.Add(Comment);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var isJustified = session.Parsed.GetRequiredValue(Found) == Justified;
            var reviewed = await session.Client.Approvals.Review(
                session.Parsed.GetRequiredValue(Id), new(isJustified, session.Parsed.GetRequiredValue(Comment)), cancel);
            session.Write(reviewed, emergency => Screen.Line($"Reviewed: {Verdict(emergency)}."));
            return 0;
        }));
        return verb;
    }

    private static void Show(IReadOnlyList<BrokenGlassSummary> emergencies)
    {
        var table = Screen.Table("Version", "Stage", "By", "Since", "Until", "Reviewed", "Reason", "Id");
        foreach (var emergency in emergencies)
        {
            table.AddRow(
                Markup.Escape($"{emergency.Model} v{emergency.Version}"),
                emergency.Stage,
                Markup.Escape(emergency.PersonName ?? emergency.Person),
                Figures.Time(emergency.At),
                emergency.EndedAt is null ? Figures.Time(emergency.Until) : "over",
                emergency.ReviewedBy is null ? "[red]not yet[/]" : Verdict(emergency),
                Markup.Escape(emergency.Reason),
                emergency.Id);
        }

        Screen.Write(table, "No emergencies.");
    }

    private static string Afterwards(BrokenGlassSummary emergency) => emergency.Former is { } former
        ? $"then version {former} takes over, unless the approvals are there by then"
        : "then it is not loaded again, unless the approvals are there by then";

    private static string Verdict(BrokenGlassSummary emergency) => emergency.Justified == true ? Justified : Unjustified;
}
