using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Governance.Access.Bindings;
using Spectre.Console;

namespace Assay.Cli.Verbs.Access;

/// <summary><c>assay access bindings</c>.</summary>
internal static class BindingVerbs
{
    private static readonly Argument<string> Who = Account.Argument("Person, service account or group, by name or id");

    private static readonly Argument<string> Role = new("role") { Description = "Name of the role", HelpName = "ROLE" };

    private static readonly Argument<string> Id = new("binding") { Description = "Id of the binding, as the list shows it", HelpName = "BINDING" };

    private static readonly Option<string?> In = new("--in") { Description = "Project in which it holds. Default: the whole installation", HelpName = "PROJECT" };

    private static readonly Option<string?> On = new("--on") { Description = "One resource of the project, such as models/churn", HelpName = "KIND/NAME" };

    private static readonly Option<bool> Deny = new("--deny") { Description = "Takes the role's permissions away; a denial wins over everything that is given" };

    private static readonly Option<int?> Days = new("--days") { Description = "Ends by itself after so many days. Default: never", HelpName = "N" };

    private static readonly Option<string?> Of = new("--of") { Description = "Only those of a person, service account or group", HelpName = "WHO" };

    public static Command Create() => new("bindings", "Bindings: who has which role, and where") { List(), Add(), Remove() };

    private static Verb List()
    {
        var verb = new Verb("list", "Lists bindings", "assay access bindings list", "assay access bindings list --of ada --json").Connected();
        verb.Add(Of);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var principal = session.Parsed.GetValue(Of) is { } who ? await Account.Id(session, who, cancel) : null;
            var wanted = new BindingFilter { Principal = principal };
            session.Write(await Pages.All((cursor, stop) => session.Client.Accounts.Bindings(wanted, cursor, 1000, stop), cancel), Show);
            return 0;
        }));
        return verb;
    }

    private static Verb Add()
    {
        var verb = new Verb(
            "add",
            "Gives a role, or denies it",
            "assay access bindings add ada viewer",
            "assay access bindings add risk approver --in credit",
            "assay access bindings add nightly ml-engineer --in credit --on models/scoring --days 30",
            "assay access bindings add partner viewer --in credit --on experiments/179566463224127050",
            "assay access bindings add interns viewer --in credit --on datasets/salaries --deny").Connected();
        verb.Add(Who);
        verb.Add(Role);
        verb.Add(In);
        verb.Add(On);
        verb.Add(Deny);
        verb.Add(Days);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var parsed = session.Parsed;
            var principal = await Account.Id(session, parsed.GetRequiredValue(Who), cancel);
            var effect = parsed.GetValue(Deny) ? BindingEffect.Deny : BindingEffect.Allow;
            DateTimeOffset? expires = parsed.GetValue(Days) is { } days ? TimeProvider.System.GetUtcNow().AddDays(days) : null;
            var binding = await session.Client.Accounts.AddBinding(
                new(principal, parsed.GetRequiredValue(Role), effect, parsed.GetValue(In), parsed.GetValue(On), expires), cancel);
            session.Write(binding, static made => Screen.Line(
                $"{made.PrincipalName} {(made.Effect == BindingEffect.Deny ? "is denied" : "has")} the role {made.Role} {AccessText.Place(made.Project, made.Resource)}."));
            return 0;
        }));
        return verb;
    }

    private static Verb Remove()
    {
        var verb = new Verb("remove", "Ends a binding", "assay access bindings remove 019ab33c2f0a7d0b8a5d2c3e4f5a6b7c").Connected();
        verb.Add(Id);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var id = session.Parsed.GetRequiredValue(Id);
            await session.Client.Accounts.RemoveBinding(id, cancel);
            session.Write(new { removed = id }, static _ => Screen.Line("The binding has ended."));
            return 0;
        }));
        return verb;
    }

    private static void Show(List<BindingSummary> bindings)
    {
        var table = Screen.Table("Who", "Effect", "Role", "Where", "Until", "Id");
        foreach (var row in bindings)
        {
            table.AddRow(
                Markup.Escape(row.PrincipalName), row.Effect == BindingEffect.Deny ? "[red]denied[/]" : "given", Markup.Escape(row.Role),
                Markup.Escape(AccessText.Place(row.Project, row.Resource)), row.ExpiresAt is { } end ? Figures.Time(end) : "", row.Id);
        }

        Screen.Write(table, "No bindings: give a role with 'assay access bindings add WHO ROLE'.");
    }
}
