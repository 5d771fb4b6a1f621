using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Inference.Models;
using Assay.Registry;
using Assay.Registry.Oci;
using Spectre.Console;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay model show</c>.</summary>
internal static class ShowModel
{
    private static readonly Argument<string> Model = ModelVerbs.Version("Model, or a version of it; VERSION is a number, an alias or a stage. Default: production");

    public static Command Create()
    {
        var verb = new Verb(
            "show", "Shows a version: schema, metrics, files, signature and gate", "assay model show churn", "assay model show models:/churn/2 --json").Connected();
        verb.Add(Model);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var detail = await Find(session, session.Parsed.GetRequiredValue(Model), cancel);
        var artifact = await session.Client.Models.Artifact(detail.Version.Model, detail.Version.Version.ToString(), cancel);
        session.Write(detail, shown => Show(shown, artifact));
        return 0;
    }

    /// <summary>The version that was named; of a model alone the one in production, else the newest.</summary>
    private static async Task<ModelVersionDetail> Find(Session session, string text, CancellationToken cancel)
    {
        var reference = ModelReference.Parse(text, otherwise: "Production");
        if (await session.Client.Models.Find(reference.Name, reference.Version, cancel) is { } found)
            return found;
        var isNameAlone = text.TrimEnd('/') == reference.Name || text == $"models:/{reference.Name}";
        if (isNameAlone && (await session.Client.Models.Versions(reference.Name, limit: 100, cancel: cancel)).Items.FirstOrDefault(row => row.DeletedAt is null) is { } newest
            && await session.Client.Models.Find(reference.Name, newest.Version.ToString(), cancel) is { } detail)
            return detail;
        if (await session.Client.Retention.Tombstone(reference.Name, reference.Version, cancel) is { } deleted)
            throw new CommandException($"{reference} was deleted at {Figures.Time(deleted.DeletedAt)}: {deleted.Reason} Its digest was {deleted.Digest}.");
        throw new CommandException($"There is no model version {reference}.");
    }

    private static void Show(ModelVersionDetail detail, OciArtifact? artifact)
    {
        var version = detail.Version;
        Screen.Out.MarkupLine($"[bold]models:/{Markup.Escape(version.Model)}/{version.Version}[/] {version.Stage} {Markup.Escape(string.Join(", ", version.Aliases))}");
        Screen.Out.MarkupLine($"[grey]{version.Digest}[/], {(version.Signed ? "[green]signed[/]" : "[red]not signed[/]")}, {version.Format}");
        Screen.Out.MarkupLine($"Metrics: {Markup.Escape(Figures.Metrics(version.Metrics))}");
        if (version.Dataset is { } dataset)
            Screen.Out.MarkupLine($"Trained on {Markup.Escape(dataset)} [grey]{version.DatasetDigest}[/]");

        if (version.RunId is { } run)
            Screen.Out.MarkupLine($"Made by run {Markup.Escape(run)}");

        if (artifact is not null)
            Screen.Out.MarkupLine($"OCI: {Markup.Escape(artifact.Reference)} [grey]{artifact.Digest}[/]");

        Show(detail.Schema);
        var files = Screen.Table("File", "Size", "Digest");
        foreach (var file in detail.Files)
            files.AddRow(Markup.Escape(file.Path), Figures.Bytes(file.SizeBytes), file.Digest);
        Screen.Out.Write(files);
        if (detail.Gate is { } gate)
            TrainingText.Show(gate);
    }

    private static void Show(ModelSchema schema)
    {
        if (schema.Inputs.Count == 0)
        {
            Screen.Line("It has no schema: 'assay endpoint show ENDPOINT' lists its inputs once it is served.");
            return;
        }

        var inputs = Screen.Table("Input", "Type", "Nullable", "Categories");
        foreach (var input in schema.Inputs)
        {
            var categories = input.Categories is null ? "" : string.Join(", ", input.Categories.Take(8)) + (input.Categories.Count > 8 ? ", …" : "");
            inputs.AddRow(Markup.Escape(input.Name), input.Type.ToString().ToLowerInvariant(), input.Nullable ? "yes" : "no", Markup.Escape(categories));
        }

        Screen.Out.Write(inputs);
    }
}
