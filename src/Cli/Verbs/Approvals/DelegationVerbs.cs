using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Registry.Approvals;
using Spectre.Console;

namespace Assay.Cli.Verbs.Approvals;

/// <summary><c>assay delegation</c>: somebody else sits in one's place on the lists of approvers during an absence.</summary>
internal static class DelegationVerbs
{
    private static readonly Argument<string> To = new("to") { Description = "User name of the person who decides meanwhile", HelpName = "NAME" };

    private static readonly Option<int> Days = new("--days") { Description = "For how many days, at most 90", HelpName = "N", Required = true };

    private static readonly Option<DateTimeOffset?> Starts = new("--starts") { Description = "From when. Default: now", HelpName = "TIME" };

    private static readonly Argument<string> Id = new("delegation") { Description = "Id of the delegation, as the list shows it", HelpName = "DELEGATION" };

    public static Command Create() => new("delegation", "Delegations: who decides in whose place during an absence") { Add(), List(), End() };

    private static Verb Add()
    {
        var verb = new Verb(
            "add",
            "Lends your place on the lists of approvers to another person, and nothing else",
            "assay delegation add carol --days 14",
            "assay delegation add carol --days 14 --starts 2027-02-01T08:00Z --json").Connected();
        verb.Add(To);
        verb.Add(Days);
        verb.Add(Starts);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var (parsed, starts) = (session.Parsed, session.Parsed.GetValue(Starts));
            var ends = (starts ?? TimeProvider.System.GetUtcNow()).AddDays(parsed.GetValue(Days));
            session.Write(
                await session.Client.Approvals.Delegate(new(parsed.GetRequiredValue(To), ends, starts), cancel),
                made => Screen.Line($"{made.ToName ?? made.To} decides in your place until {made.EndsAt:u}, by 'assay approve … --acting-for {made.From}'."));
            return 0;
        }));
        return verb;
    }

    private static Verb List()
    {
        var verb = new Verb("list", "Lists delegations of the project, newest first", "assay delegation list", "assay delegation list --json").Connected();
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            session.Write(await session.Client.Approvals.Delegations(cancel), Show);
            return 0;
        }));
        return verb;
    }

    private static Verb End()
    {
        var verb = new Verb("end", "Ends a delegation that you made", "assay delegation end 019ab33c2f0a7d0b8a5d2c3e4f5a6b7c").Connected();
        verb.Add(Id);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var id = session.Parsed.GetRequiredValue(Id);
            await session.Client.Approvals.EndDelegation(id, cancel);
            session.Write(new { ended = id }, static _ => Screen.Line("The delegation has ended."));
            return 0;
        }));
        return verb;
    }

    private static void Show(IReadOnlyList<DelegationSummary> delegations)
    {
        var table = Screen.Table("Away", "Decides", "From", "Until", "State", "Id");
        foreach (var row in delegations)
        {
            table.AddRow(
                Markup.Escape(row.FromName ?? row.From), Markup.Escape(row.ToName ?? row.To), Figures.Time(row.StartsAt), Figures.Time(row.EndsAt), State(row), row.Id);
        }

        Screen.Write(table, "No delegations: 'assay delegation add NAME --days N' lends your place to somebody.");
    }

    private static string State(DelegationSummary row)
    {
        var now = TimeProvider.System.GetUtcNow();
        return row.EndedAt is not null ? "ended" : row.EndsAt <= now ? "over" : row.StartsAt > now ? "to come" : "now";
    }
}
