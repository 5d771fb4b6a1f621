using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Access;

/// <summary><c>assay access service-accounts</c>.</summary>
internal static class ServiceAccountVerbs
{
    private static readonly Argument<string> Name = new("name") { Description = "Lower-case letters, digits and dashes", HelpName = "NAME" };

    private static readonly Option<string?> Owner = new("--owner") { Description = "User name or id of the person who answers for it. Default: you", HelpName = "WHO" };

    private static readonly Option<string?> For = new("--for") { Description = "What it is for", HelpName = "TEXT" };

    public static Command Create() => new("service-accounts", "Accounts for programs; a person answers for each")
    {
        List(),
        Add(),
        SetActive("deactivate", "Ends a service account's tokens at once", false),
        SetActive("activate", "Takes a deactivation back", true),
    };

    private static Verb List()
    {
        var verb = new Verb("list", "Lists service accounts", "assay access service-accounts list --json").Connected();
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var accounts = await Pages.All((cursor, stop) => session.Client.Accounts.ServiceAccounts(null, cursor, 1000, stop), cancel);
            session.Write(accounts, static rows =>
            {
                var table = Screen.Table("Name", "Owner", "Active", "For", "Id");
                foreach (var row in rows)
                    table.AddRow(Markup.Escape(row.Name), Markup.Escape(row.OwnerName), row.Active ? "yes" : "[red]no[/]", Markup.Escape(row.Description ?? ""), row.Id);
                Screen.Write(table, "None yet: add one with 'assay access service-accounts add NAME'.");
            });
            return 0;
        }));
        return verb;
    }

    private static Verb Add()
    {
        var verb = new Verb(
            "add", "Adds a service account, which has no rights yet", "assay access service-accounts add nightly --for 'nightly retraining'").Connected();
        verb.Add(Name);
        verb.Add(Owner);
        verb.Add(For);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var owner = session.Parsed.GetValue(Owner) is { } who ? await Account.Id(session, who, cancel) : null;
            var account = await session.Client.Accounts.AddServiceAccount(
                new(session.Parsed.GetRequiredValue(Name), owner, session.Parsed.GetValue(For)), cancel);
            session.Write(account, static added => Screen.Line($"Added {added.Name}, {added.Id}; {added.OwnerName} answers for it."));
            return 0;
        }));
        return verb;
    }

    private static Verb SetActive(string name, string description, bool active)
    {
        var who = Account.Argument("Name or id of the service account");
        var verb = new Verb(name, description, $"assay access service-accounts {name} nightly").Connected();
        verb.Add(who);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var id = await Account.Id(session, session.Parsed.GetRequiredValue(who), cancel);
            var account = await session.Client.Accounts.ChangeServiceAccount(id, new(Active: active), cancel);
            session.Write(account, static changed => Screen.Line($"{changed.Name} is {(changed.Active ? "active" : "deactivated")}."));
            return 0;
        }));
        return verb;
    }
}
