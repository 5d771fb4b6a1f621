using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Governance.SignIn;
using Spectre.Console;

namespace Assay.Cli.Verbs.Access;

/// <summary><c>assay access sessions</c>.</summary>
internal static class SessionVerbs
{
    private static readonly Argument<string?> Id = new("session")
    {
        Description = "Id of the session, as the list shows it; left out for all",
        HelpName = "SESSION",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create() => new("sessions", "Browsers in which you are signed in") { List(), End() };

    private static Verb List()
    {
        var verb = new Verb("list", "Lists your sessions", "assay access sessions list", "assay access sessions list --json").Connected();
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            session.Write(await Pages.All((cursor, stop) => session.Client.Own.Sessions(cursor, 1000, stop), cancel), Show);
            return 0;
        }));
        return verb;
    }

    private static Verb End()
    {
        var verb = new Verb("end", "Signs you out of one browser, or of all", "assay access sessions end", "assay access sessions end 5b0c6f2e9a174d83c0aa91de").Connected();
        verb.Add(Id);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var id = session.Parsed.GetValue(Id);
            await (id is null ? session.Client.Own.EndSessions(cancel) : session.Client.Own.EndSession(id, cancel));
            session.Write(new { ended = id ?? "all" }, static gone => Screen.Line(gone.ended == "all" ? "You are signed out everywhere." : $"The session {gone.ended} has ended."));
            return 0;
        }));
        return verb;
    }

    private static void Show(List<SessionSummary> sessions)
    {
        var table = Screen.Table("Id", "Signed in by", "Browser", "Since", "Last used");
        foreach (var one in sessions)
            table.AddRow(one.Id, $"{one.Method}", Markup.Escape(one.Browser ?? ""), Figures.Time(one.CreatedAt), Figures.Time(one.SeenAt));
        Screen.Write(table, "You are signed in nowhere.");
    }
}
