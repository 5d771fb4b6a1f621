using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Governance.Access.Accounts;
using Spectre.Console;

namespace Assay.Cli.Verbs.Access;

/// <summary><c>assay access people</c>.</summary>
internal static class PeopleVerbs
{
    private static readonly Argument<string> UserName = new("name") { Description = "What the person signs in as", HelpName = "NAME" };

    private static readonly Option<string?> DisplayName = new("--display-name") { Description = "The name that people read. Default: the user name", HelpName = "NAME" };

    private static readonly Option<string?> Email = new("--email") { Description = "E-mail address", HelpName = "ADDRESS" };

    public static Command Create() => new("people", "People: they get rights by bindings and groups")
    {
        List(),
        Add(),
        SetActive("deactivate", "Ends a person's tokens and sessions, and those of its service accounts, at once", false),
        SetActive("activate", "Takes a deactivation back", true),
    };

    private static Verb List()
    {
        var verb = new Verb("list", "Lists people", "assay access people list", "assay access people list --json").Connected();
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            session.Write(await Pages.All((cursor, stop) => session.Client.Accounts.People(null, cursor, 1000, stop), cancel), Show);
            return 0;
        }));
        return verb;
    }

    private static Verb Add()
    {
        var verb = new Verb(
            "add", "Adds a person, who has no rights yet", "assay access people add ada --display-name 'Ada Lovelace'", "assay access bindings add ada viewer").Connected();
        verb.Add(UserName);
        verb.Add(DisplayName);
        verb.Add(Email);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var name = session.Parsed.GetRequiredValue(UserName);
            var person = await session.Client.Accounts.AddPerson(
                new(name, session.Parsed.GetValue(DisplayName) ?? name, session.Parsed.GetValue(Email)), cancel);
            session.Write(person, static added => Screen.Line($"Added {added.UserName}, {added.Id}. Give a role with 'assay access bindings add {added.UserName} ROLE'."));
            return 0;
        }));
        return verb;
    }

    private static Verb SetActive(string name, string description, bool active)
    {
        var who = Account.Argument("User name or id");
        var verb = new Verb(name, description, $"assay access people {name} ada").Connected();
        verb.Add(who);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var id = await Account.Id(session, session.Parsed.GetRequiredValue(who), cancel);
            var person = await session.Client.Accounts.ChangePerson(id, new(Active: active), cancel);
            session.Write(person, static changed => Screen.Line($"{changed.UserName} is {(changed.Active ? "active" : "deactivated")}."));
            return 0;
        }));
        return verb;
    }

    private static void Show(List<PersonSummary> people)
    {
        var table = Screen.Table("User name", "Name", "Active", "Groups", "Id");
        foreach (var person in people)
        {
            table.AddRow(
                Markup.Escape(person.UserName), Markup.Escape(person.DisplayName), person.Active ? "yes" : "[red]no[/]",
                Markup.Escape(string.Join(", ", person.Groups)), person.Id);
        }

        Screen.Write(table, "Nobody yet: add people with 'assay access people add NAME'.");
    }
}
