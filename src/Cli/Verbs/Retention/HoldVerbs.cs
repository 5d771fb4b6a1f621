using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Retention;

/// <summary><c>assay hold</c>.</summary>
internal static class HoldVerbs
{
    private const string EveryVersion = "*";

    private static readonly Argument<string> Model = new("model") { Description = "Version to hold, or the name of a model for all its versions, those to come among them", HelpName = "NAME|models:/NAME/VERSION" };

    private static readonly Argument<string> Id = new("hold") { Description = "Id of the hold, as 'assay hold list' shows it", HelpName = "ID" };

    private static readonly Option<string> Reason = new("--reason") { Description = "Why; not repeated in the ledger", HelpName = "TEXT", Required = true };

    private static readonly Option<string> Reference = new("--reference") { Description = "What others know the matter by, such as the number of a case; it stands in the ledger", HelpName = "TEXT", Required = true };

    public static Command Create() => new("hold", "Legal holds: what must not be deleted, however old it is")
    {
        Place(),
        Release(),
        List(),
    };

    private static Verb Place()
    {
        var verb = new Verb(
            "place",
            "Holds a model or one version of it back from deletion, until somebody else releases it",
            "assay hold place churn --reason 'The regulator has asked for it.' --reference 'case 26-114'",
            "assay hold place models:/churn/3 --reason 'In dispute.' --reference 'case 26-115' --json").Connected();
        verb.Add(Model);
        verb.Add(Reason);
        verb.Add(Reference);
        verb.SetAction(Session.Running(static async (session, cancel) =>
        {
            var reference = ModelReference.Parse(session.Parsed.GetRequiredValue(Model), otherwise: EveryVersion);
            var hold = await session.Client.Retention.Place(
                reference.Name,
                reference.Version == EveryVersion ? null : reference.Version,
                new(session.Parsed.GetRequiredValue(Reason), session.Parsed.GetRequiredValue(Reference)),
                cancel);
            session.Write(hold, static made => Screen.Line($"Hold {made.Id} is in force. Somebody other than you can release it."));
            return 0;
        }));
        return verb;
    }

    private static Verb Release()
    {
        var verb = new Verb(
            "release",
            "Releases a hold that somebody else has put",
            "assay hold release 019a3c… --reason 'The case is closed.'").Connected();
        verb.Add(Id);
        verb.Add(Reason);
        verb.SetAction(Session.Running(static async (session, cancel) =>
        {
            var id = session.Parsed.GetRequiredValue(Id);
            var holds = await Pages.All((cursor, stop) => session.Client.Retention.Holds(cursor, 1000, stop), cancel);
            var hold = holds.FirstOrDefault(hold => hold.Id == id) ?? throw new CommandException($"There is no hold '{id}' in this project: 'assay hold list' shows them.");
            session.Write(
                await session.Client.Retention.Release(hold, session.Parsed.GetRequiredValue(Reason), cancel),
                static released => Screen.Line($"The hold on {released.Model} ({released.Reference}) is released."));
            return 0;
        }));
        return verb;
    }

    private static Verb List()
    {
        var verb = new Verb("list", "Lists legal holds, newest first, released ones too", "assay hold list", "assay hold list --json").Connected();
        verb.SetAction(Session.Running(static async (session, cancel) =>
        {
            var holds = await Pages.All((cursor, stop) => session.Client.Retention.Holds(cursor, 1000, stop), cancel);
            session.Write(holds, static rows =>
            {
                var table = Screen.Table("Id", "Holds", "Reference", "Put by", "Since", "Released by", "At");
                foreach (var hold in rows)
                {
                    table.AddRow(
                        hold.Id, Markup.Escape(hold.Version is { } version ? $"{hold.Model} version {version}" : $"{hold.Model}, every version"), Markup.Escape(hold.Reference),
                        Markup.Escape(hold.PlacedByName ?? hold.PlacedBy), Figures.Time(hold.PlacedAt),
                        Markup.Escape(hold.ReleasedByName ?? hold.ReleasedBy ?? ""), hold.ReleasedAt is { } at ? Figures.Time(at) : "[yellow]in force[/]");
                }

                Screen.Write(table, "Nothing is held.");
            });
            return 0;
        }));
        return verb;
    }
}
