using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Explanations;
using Spectre.Console;

namespace Assay.Cli.Verbs.Access;

/// <summary><c>assay access explain WHO [WHAT]</c>.</summary>
internal static class ExplainVerb
{
    private static readonly Argument<string> Who = Account.Argument("User name, name of a service account, id, or token:ID");

    private static readonly Argument<string?> What = new("what")
    {
        Description = "Permission, such as models.promote. Default: all that the account may do",
        HelpName = "WHAT",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> On = new("--on") { Description = "Resource, such as models/churn. Default: all of the project", HelpName = "KIND/NAME" };

    public static Command Create()
    {
        var verb = new Verb(
            "explain",
            "Says whether somebody may do something, and why; exits with 1 when not",
            "assay access explain ada models.promote --on models/churn",
            "assay access explain token:3f2a9c0d1e4b datasets.read --project credit --json",
            "assay access explain ada").Connected();
        verb.Add(Who);
        verb.Add(What);
        verb.Add(On);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var who = session.Parsed.GetRequiredValue(Who);
        if (session.Parsed.GetValue(What) is not { } what)
        {
            session.Write(await session.Client.Accounts.Rights(who, cancel), Show);
            return 0;
        }

        var explanation = await session.Client.Accounts.Explain(who, what, session.Parsed.GetValue(On), cancel);
        session.Write(explanation, Show);
        return explanation.Allowed ? 0 : 1;
    }

    private static void Show(AccessExplanation found)
    {
        Screen.Out.MarkupLine(found.Allowed
            ? $"[green]✓[/] {Markup.Escape(found.Account.Name)} may: {found.Permission} {Markup.Escape(AccessText.Place(found.Project, found.Resource))}."
            : $"[red]✗[/] {Markup.Escape(found.Account.Name)} may not: {found.Permission} {Markup.Escape(AccessText.Place(found.Project, found.Resource))}.");
        Screen.Line($"  {found.Because}");
        if (found.Bindings.Count > 0)
            Screen.Out.Write(Bindings(found.Bindings));
    }

    private static void Show(AccountRights rights)
    {
        var account = rights.Account;
        Screen.Out.MarkupLine($"[bold]{Markup.Escape(account.Name)}[/] {account.Id}{(account.Active ? "" : " [red]deactivated[/]")}");
        if (rights.Groups.Count > 0)
            Screen.Line($"Groups: {string.Join(", ", rights.Groups)}");
        Screen.Write(Bindings(rights.Bindings), "Nothing is given.");
        var table = Screen.Table("Permission", "May", "Because");
        foreach (var row in rights.Permissions)
            table.AddRow(row.Permission, row.Allowed ? "[green]yes[/]" : "no", Markup.Escape(row.Because));
        Screen.Out.Write(table);
    }

    private static Table Bindings(IReadOnlyList<ExplainedBinding> bindings)
    {
        var table = Screen.Table("Effect", "Role", "Where", "Through", "Until", "Binding");
        foreach (var binding in bindings)
        {
            table.AddRow(
                binding.Effect == BindingEffect.Deny ? "[red]denied[/]" : "given", Markup.Escape(binding.Role),
                Markup.Escape(AccessText.Place(binding.Project, binding.Resource)), Markup.Escape(binding.Group ?? ""),
                binding.ExpiresAt is { } end ? Figures.Time(end) : "", binding.Id);
        }

        return table;
    }
}

/// <summary>Places of bindings in words.</summary>
internal static class AccessText
{
    public static string Place(string? project, string? resource) => (project, resource) switch
    {
        (null, _) => "in the whole installation",
        (_, null) => $"in project {project}",
        _ => $"on {resource} of project {project}",
    };
}
