using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Registry.Retention;
using Spectre.Console;

namespace Assay.Cli.Verbs.Retention;

/// <summary><c>assay retention</c>.</summary>
internal static class RetentionVerbs
{
    private static readonly Option<int?> Production = Days("--production", "Days for versions that were in Production, from the day on which they left it");
    private static readonly Option<int?> Staging = Days("--staging", "Days for versions that got no further than Staging, likewise");
    private static readonly Option<int?> Other = Days("--other", "Days for all others, from their registration");

    public static Command Create() => new("retention", "How long versions of models are kept")
    {
        Show(),
        Set(),
    };

    private static Verb Show()
    {
        var verb = new Verb("show", "Shows the project's rule in force", "assay retention show", "assay retention show --json").Connected();
        verb.SetAction(Session.Running(static async (session, cancel) =>
        {
            session.Write(await session.Client.Retention.Rule(cancel), Write);
            return 0;
        }));
        return verb;
    }

    private static Verb Set()
    {
        var verb = new Verb(
            "set",
            "Sets how long versions are kept from now on; what is left out stays. It lengthens what versions were promised and shortens nothing",
            "assay retention set --production 3653",
            "assay retention set --staging 180 --other 14 --json").Connected();
        verb.Add(Production);
        verb.Add(Staging);
        verb.Add(Other);
        verb.SetAction(Session.Running(Change));
        return verb;
    }

    private static async Task<int> Change(Session session, CancellationToken cancel)
    {
        var now = await session.Client.Retention.Rule(cancel);
        var rule = await session.Client.Retention.SetRule(
            new(
                session.Parsed.GetValue(Production) ?? now.ProductionDays,
                session.Parsed.GetValue(Staging) ?? now.StagingDays,
                session.Parsed.GetValue(Other) ?? now.OtherDays),
            cancel);
        session.Write(rule, Write);
        return 0;
    }

    private static void Write(RetentionRuleSummary rule)
    {
        Screen.Line(rule.ChangedAt is { } at ? $"Rule {rule.Number}, since {Figures.Time(at)}" : "The rule that comes with Assay");
        var table = Screen.Table("Furthest stage", "Days", "From");
        table.AddRow("Production", Figures.Number(rule.ProductionDays), "the day on which it leaves Production");
        table.AddRow("Staging", Figures.Number(rule.StagingDays), "the day on which it leaves Staging");
        table.AddRow("none", Figures.Number(rule.OtherDays), "its registration");
        Screen.Out.Write(table);
    }

    private static Option<int?> Days(string name, string description) => new(name) { Description = description, HelpName = "DAYS" };
}
