using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Governance.Access.Accounts;
using Spectre.Console;

namespace Assay.Cli.Verbs.Access;

/// <summary><c>assay access groups</c>.</summary>
internal static class GroupVerbs
{
    private static readonly Argument<string> Name = new("group") { Description = "Name of the group", HelpName = "GROUP" };

    private static readonly Argument<string> Who = Account.Argument("User name, name of a service account, or id");

    public static Command Create() => new("groups", "Groups: people and service accounts that get rights together")
    {
        List(),
        Show(),
        Add(),
        Member("join", "Makes an account a member of a group", true),
        Member("leave", "Ends a membership", false),
        Remove(),
    };

    private static Verb List()
    {
        var verb = new Verb("list", "Lists groups", "assay access groups list", "assay access groups list --json").Connected();
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var groups = await Pages.All((cursor, stop) => session.Client.Accounts.Groups(cursor, 1000, stop), cancel);
            session.Write(groups, static rows =>
            {
                var table = Screen.Table("Group", "Members", "Id");
                foreach (var row in rows)
                    table.AddRow(Markup.Escape(row.Name), Figures.Number(row.Members), row.Id);
                Screen.Write(table, "No groups yet: add one with 'assay access groups add GROUP'.");
            });
            return 0;
        }));
        return verb;
    }

    private static Verb Show()
    {
        var verb = new Verb("show", "Shows a group's members", "assay access groups show risk").Connected();
        verb.Add(Name);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var id = await Account.GroupId(session, session.Parsed.GetRequiredValue(Name), cancel);
            var group = await session.Client.Accounts.FindGroup(id, cancel) ?? throw new CommandException($"There is no group '{id}'.");
            session.Write(group, ShowMembers);
            return 0;
        }));
        return verb;
    }

    private static void ShowMembers(GroupDetail group)
    {
        var table = Screen.Table("Member", "Name", "Active", "Id");
        foreach (var member in group.Members)
            table.AddRow(Markup.Escape(member.Name), Markup.Escape(member.DisplayName), member.Active ? "yes" : "[red]no[/]", member.Id);
        Screen.Write(table, $"{group.Summary.Name} has no members: add some with 'assay access groups join'.");
    }

    private static Verb Add()
    {
        var verb = new Verb("add", "Adds a group without members", "assay access groups add risk").Connected();
        verb.Add(Name);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var group = await session.Client.Accounts.AddGroup(session.Parsed.GetRequiredValue(Name), cancel);
            session.Write(group, static added => Screen.Line($"Added the group {added.Name}, {added.Id}."));
            return 0;
        }));
        return verb;
    }

    private static Verb Member(string name, string description, bool joins)
    {
        var verb = new Verb(name, description, $"assay access groups {name} risk ada").Connected();
        verb.Add(Name);
        verb.Add(Who);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var group = await Account.GroupId(session, session.Parsed.GetRequiredValue(Name), cancel);
            var member = await Account.Id(session, session.Parsed.GetRequiredValue(Who), cancel);
            if (joins)
                await session.Client.Accounts.Join(group, member, cancel);
            else
                await session.Client.Accounts.Leave(group, member, cancel);
            session.Write(new { group, member, belongs = joins }, _ => Screen.Line(joins ? "It is a member now." : "It is no member any more."));
            return 0;
        }));
        return verb;
    }

    private static Verb Remove()
    {
        var verb = new Verb("remove", "Removes a group with its bindings", "assay access groups remove risk").Connected();
        verb.Add(Name);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var id = await Account.GroupId(session, session.Parsed.GetRequiredValue(Name), cancel);
            await session.Client.Accounts.RemoveGroup(id, cancel);
            session.Write(new { removed = id }, static _ => Screen.Line("The group and its bindings are gone."));
            return 0;
        }));
        return verb;
    }
}
