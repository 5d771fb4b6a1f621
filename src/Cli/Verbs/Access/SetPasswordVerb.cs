using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;

namespace Assay.Cli.Verbs.Access;

/// <summary><c>assay access set-password</c>.</summary>
internal static class SetPasswordVerb
{
    public static Command Create()
    {
        var who = Account.Argument("User name or id of a person");
        var verb = new Verb(
            "set-password",
            "Writes a link with which a person chooses a password, once, within 24 hours; it also ends a lock after wrong passwords",
            "assay access set-password ada",
            "assay access set-password ada --json").Connected();
        verb.Add(who);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var id = await Account.Id(session, session.Parsed.GetRequiredValue(who), cancel);
            var link = await session.Client.Own.CreatePasswordLink(id, cancel);
            var address = new Uri(session.Client.Address, link.Path).ToString();
            session.Write(new { link = address, link.ExpiresAt }, static made => Screen.Line(made.link));
            return 0;
        }));
        return verb;
    }
}
