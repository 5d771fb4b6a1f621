using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Governance.Access;
using Spectre.Console;

namespace Assay.Cli.Verbs.Access;

/// <summary><c>assay access tokens</c>.</summary>
internal static class TokenVerbs
{
    private static readonly Argument<string> Name = new("name") { Description = "What it is for", HelpName = "NAME" };

    private static readonly Argument<string> Id = new("token") { Description = "Id of the token, as the list shows it", HelpName = "TOKEN" };

    private static readonly Option<string?> Role = new("--role") { Description = "The role whose permissions it may use at most", HelpName = "ROLE" };

    private static readonly Option<string[]> Permission = new("--permission") { Description = "Instead of a role: a permission that it may use; may be repeated", HelpName = "PERMISSION" };

    private static readonly Option<string?> In = new("--in") { Description = "The one project in which it is good. Default: all", HelpName = "PROJECT" };

    private static readonly Option<int?> Days = new("--days") { Description = "Days until it expires. Default: never", HelpName = "N" };

    private static readonly Option<string?> For = new("--for") { Description = "A service account that you own. Default: yourself", HelpName = "WHO" };

    public static Command Create() => new("tokens", "Access tokens of yourself and of service accounts that you own") { List(), Add(), Revoke() };

    private static Verb List()
    {
        var verb = new Verb("list", "Lists tokens, without their secrets", "assay access tokens list", "assay access tokens list --json").Connected();
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            session.Write(await Pages.All((cursor, stop) => session.Client.Access.Tokens(cursor, 1000, stop), cancel), Show);
            return 0;
        }));
        return verb;
    }

    private static Verb Add()
    {
        var verb = new Verb(
            "add",
            "Makes a token and writes it, this once; it may do no more than its account",
            "assay access tokens add notebook --role data-scientist --days 90",
            "assay access tokens add nightly --for nightly --in credit",
            "assay access tokens add scraper --permission models.read --permission runs.read").Connected();
        verb.Add(Name);
        verb.Add(Role);
        verb.Add(Permission);
        verb.Add(In);
        verb.Add(Days);
        verb.Add(For);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var parsed = session.Parsed;
            var account = parsed.GetValue(For) is { } who ? await Account.Id(session, who, cancel) : null;
            var permissions = parsed.GetValue(Permission) is { Length: > 0 } listed ? listed : null;
            var made = await session.Client.Access.CreateToken(
                new(parsed.GetRequiredValue(Name), parsed.GetValue(Role), parsed.GetValue(In), parsed.GetValue(Days), permissions, account), cancel);
            session.Write(made, static created => Screen.Line(created.Token));
            return 0;
        }));
        return verb;
    }

    private static Verb Revoke()
    {
        var verb = new Verb("revoke", "Makes a token worthless at once", "assay access tokens revoke 3f2a9c0d1e4b").Connected();
        verb.Add(Id);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var id = session.Parsed.GetRequiredValue(Id);
            await session.Client.Access.RevokeToken(id, cancel);
            session.Write(new { revoked = id }, static gone => Screen.Line($"The token {gone.revoked} is revoked."));
            return 0;
        }));
        return verb;
    }

    private static void Show(List<TokenSummary> tokens)
    {
        var table = Screen.Table("Id", "Name", "Acts for", "May use", "Project", "State", "Last used");
        foreach (var token in tokens)
        {
            table.AddRow(
                token.Id, Markup.Escape(token.Name), Markup.Escape(token.PrincipalName),
                Markup.Escape(token.Role ?? (token.Permissions is { } some ? string.Join(", ", some) : "all of its account")),
                Markup.Escape(token.Project ?? "all"), State(token), token.LastUsedAt is { } used ? Figures.Time(used) : "");
        }

        Screen.Out.Write(table);
    }

    private static string State(TokenSummary token) =>
        token.RevokedAt is not null ? "[red]revoked[/]" : token.ExpiresAt < TimeProvider.System.GetUtcNow() ? "[red]expired[/]" : "good";
}
