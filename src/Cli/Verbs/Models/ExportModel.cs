using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay model export</c>.</summary>
internal static class ExportModel
{
    private static readonly Argument<string> Model = ModelVerbs.Version("Version to export");

    private static readonly Argument<string> Folder = new("folder") { Description = "New or empty folder for the signed files", HelpName = "DIR" };

    public static Command Create()
    {
        var verb = new Verb(
            "export",
            "Writes a version's signed files to a folder, which 'assay model verify' and 'assay serve' take, and third-party verifiers too; its papers go to DIR.papers",
            "assay model export models:/churn/Production ./churn",
            "assay model export models:/churn/3 ./churn-3 --json").Connected();
        verb.Add(Model);
        verb.Add(Folder);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var reference = ModelReference.Parse(session.Parsed.GetRequiredValue(Model));
        var folder = Path.GetFullPath(session.Parsed.GetRequiredValue(Folder));
        var exported = await ExportedPackage.Write(session.Client, reference, folder, publicKey: null, cancel);
        var papers = await ExportedPapers.Write(session.Client, exported.Model, $"{exported.Version}", ExportedPapers.FolderOf(folder), cancel);
        session.Write(new { exported.Model, exported.Version, exported.Digest, exported.Folder, exported.Files, papers = papers.Folder, papers.Attestations, papers.LedgerEntries }, package =>
        {
            Screen.Out.MarkupLine($"[green]✓[/] {package.Files.Count} files of {package.Model} version {package.Version} in {Markup.Escape(package.Folder)}, signature verified");
            Screen.Out.MarkupLine($"[green]✓[/] {package.Attestations} signed statements, the card and the bill of materials in {Markup.Escape(package.papers)}, {(package.LedgerEntries is { } entries ? $"with the proofs of {entries} ledger entries" : "without the ledger, which your token may not read")}");
        });
        return 0;
    }
}
