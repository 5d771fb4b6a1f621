using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Governance.SignIn.Oidc;
using Spectre.Console;

namespace Assay.Cli.Verbs.Access;

/// <summary><c>assay access logins</c>.</summary>
internal static class LoginVerbs
{
    private static readonly Argument<string> Who = Account.Argument("A person or service account, by name or id");

    private static readonly Argument<string> Id = new("login") { Description = "Id of the link, as the list shows it", HelpName = "LOGIN" };

    private static readonly Option<string?> Of = new("--of") { Description = "Only those of this account", HelpName = "WHO" };

    private static readonly Option<string> Issuer = new("--issuer") { Description = "The provider, to the letter as its tokens' iss names it", HelpName = "ADDRESS", Required = true };

    private static readonly Option<string> Subject = new("--subject") { Description = "The tokens' sub: for a program mostly its client id", HelpName = "SUBJECT", Required = true };

    public static Command Create() => new("logins", "Which subjects of an OpenID provider are which accounts here") { List(), Add(), Remove() };

    private static Verb List()
    {
        var verb = new Verb("list", "Lists the links", "assay access logins list", "assay access logins list --of nightly --json").Connected();
        verb.Add(Of);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var of = session.Parsed.GetValue(Of) is { } who ? await Account.Id(session, who, cancel) : null;
            session.Write(await Pages.All((cursor, stop) => session.Client.Accounts.Logins(of, cursor, 1000, stop), cancel), Show);
            return 0;
        }));
        return verb;
    }

    private static Verb Add()
    {
        var verb = new Verb(
            "add", "Makes a subject an account: whoever is it at the provider acts as the account here",
            "assay access logins add nightly --issuer https://login.example.org/realms/main --subject nightly").Connected();
        verb.Add(Who);
        verb.Add(Issuer);
        verb.Add(Subject);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var parsed = session.Parsed;
            var who = await Account.Id(session, parsed.GetRequiredValue(Who), cancel);
            var login = await session.Client.Accounts.AddLogin(new(parsed.GetRequiredValue(Issuer), parsed.GetRequiredValue(Subject), who), cancel);
            session.Write(login, static added => Screen.Line($"{added.Subject} of {added.Issuer} is {added.PrincipalName} here."));
            return 0;
        }));
        return verb;
    }

    private static Verb Remove()
    {
        var verb = new Verb("remove", "Ends a link; sessions that it began go on until they end", "assay access logins remove 01990f6c0a5a7d3f8e2b41c09d7e6f55").Connected();
        verb.Add(Id);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var id = session.Parsed.GetRequiredValue(Id);
            await session.Client.Accounts.RemoveLogin(id, cancel);
            session.Write(new { removed = id }, static gone => Screen.Line($"The link {gone.removed} is removed."));
            return 0;
        }));
        return verb;
    }

    private static void Show(List<ExternalLoginSummary> logins)
    {
        var table = Screen.Table("Id", "Provider", "Subject", "Account", "Since");
        foreach (var login in logins)
            table.AddRow(login.Id, Markup.Escape(login.Issuer), Markup.Escape(login.Subject), Markup.Escape(login.PrincipalName), Figures.Time(login.CreatedAt));
        Screen.Write(table, "No subject of an OpenID provider is an account here.");
    }
}
