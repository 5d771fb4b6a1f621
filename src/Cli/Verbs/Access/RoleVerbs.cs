using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Access;

/// <summary><c>assay access roles</c>.</summary>
internal static class RoleVerbs
{
    private static readonly Argument<string> Name = new("role") { Description = "Name of a custom role", HelpName = "ROLE" };

    private static readonly Argument<string[]> Permissions = new("permissions")
    {
        Description = "All its permissions, such as models.read",
        HelpName = "PERMISSION",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> For = new("--for") { Description = "What it is for", HelpName = "TEXT" };

    public static Command Create() => new("roles", "Roles: sets of permissions, built-in and your own") { List(), Set(), Remove() };

    private static Verb List()
    {
        var verb = new Verb("list", "Lists roles with their permissions", "assay access roles list", "assay access roles list --json").Connected();
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var roles = await Pages.All((cursor, stop) => session.Client.Accounts.Roles(cursor, 1000, stop), cancel);
            session.Write(roles, static rows =>
            {
                var table = Screen.Table("Role", "Kind", "Permissions");
                foreach (var row in rows)
                    table.AddRow(Markup.Escape(row.Name), row.BuiltIn ? "built-in" : "custom", Markup.Escape(string.Join(", ", row.Permissions)));
                Screen.Out.Write(table);
            });
            return 0;
        }));
        return verb;
    }

    private static Verb Set()
    {
        var verb = new Verb(
            "set", "Makes a custom role, or gives it other permissions", "assay access roles set model-reader models.read datasets.read --for 'the wiki'").Connected();
        verb.Add(Name);
        verb.Add(Permissions);
        verb.Add(For);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var role = await session.Client.Accounts.PutRole(
                session.Parsed.GetRequiredValue(Name), new(session.Parsed.GetRequiredValue(Permissions), session.Parsed.GetValue(For)), cancel);
            session.Write(role, static made => Screen.Line($"The role {made.Name} has {string.Join(", ", made.Permissions)}."));
            return 0;
        }));
        return verb;
    }

    private static Verb Remove()
    {
        var verb = new Verb("remove", "Removes a custom role that nobody has", "assay access roles remove model-reader").Connected();
        verb.Add(Name);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var name = session.Parsed.GetRequiredValue(Name);
            await session.Client.Accounts.RemoveRole(name, cancel);
            session.Write(new { removed = name }, static gone => Screen.Line($"The role {gone.removed} is gone."));
            return 0;
        }));
        return verb;
    }
}
