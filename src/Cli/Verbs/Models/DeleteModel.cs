using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay model delete</c>.</summary>
internal static class DeleteModel
{
    private static readonly Argument<string> Model = ModelVerbs.Version("Version to delete, by its number; or the model, with the number after it");

    private static readonly Argument<int?> Number = new("version") { Description = "The version's number, where the model was named alone", HelpName = "VERSION", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<string> Reason = new("--reason") { Description = "Why, for the tombstone that stays", HelpName = "TEXT", Required = true };

    public static Command Create()
    {
        var verb = new Verb(
            "delete",
            "Deletes a version whose time is up and that nothing needs; says what stands in the way otherwise. Its number is never used again",
            "assay model delete models:/churn/3 --reason 'Superseded by version 4.'",
            "assay model delete churn 3 --reason 'Superseded.' --json").Connected();
        verb.Add(Model);
        verb.Add(Number);
        verb.Add(Reason);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var reference = ModelReference.Parse(session.Parsed.GetRequiredValue(Model), otherwise: session.Parsed.GetValue(Number)?.ToString());
        if (!int.TryParse(reference.Version, out _))
            throw new CommandException($"'{reference.Version}' is a name that may lead elsewhere tomorrow: name the version that is to be deleted by its number.");
        var deleted = await session.Client.Retention.Delete(reference.Name, reference.Version, session.Parsed.GetRequiredValue(Reason), cancel);
        session.Write(deleted, static version =>
            Screen.Out.MarkupLine($"[green]✓[/] {Markup.Escape(version.Model)} version {version.Version} is deleted. [grey]Its digest was {version.Digest}[/]"));
        return 0;
    }
}
