using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Waivers;
using Assay.Registry;
using Spectre.Console;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay model scan</c>: of files right here, without a server; of a registered version as the server has it.</summary>
internal static class ScanModel
{
    private static readonly Argument<string> Model = new("model") { Description = "File or folder, or models:/NAME/VERSION", HelpName = "FILE|DIR|models:/NAME/VERSION" };

    private static readonly Option<bool> Again = new("--again") { Description = "Scan a registered version once more, by the rules of today" };

    public static Command Create()
    {
        var verb = new Verb(
            "scan",
            "Looks for what could do harm when a model is loaded, without loading it; exits with 1 when something blocks that is not waived",
            "assay model scan ./model.pkl",
            "assay model scan ./downloads --json",
            "assay model scan models:/churn/3 --again").Connected();
        verb.Add(Model);
        verb.Add(Again);
        verb.SetAction(Handle);
        return verb;
    }

    private static async Task<int> Handle(ParseResult parsed, CancellationToken cancel)
    {
        var model = parsed.GetRequiredValue(Model);
        if (ModelReference.IsOne(model))
            return await Session.Running(OnServer)(parsed, cancel);
        if (parsed.GetValue(Again))
            throw new CommandException("--again is for registered versions: files are scanned anew each time.");

        var report = Directory.Exists(model) ? ModelScanner.ScanFolder(model, cancel: cancel)
            : File.Exists(model) ? ModelScanner.ScanFile(model, cancel: cancel)
            : throw new CommandException($"There is no file or folder {model}; a registered version is written models:/NAME/VERSION.");
        if (parsed.GetValue(VerbOptions.Json))
            Screen.WriteJson(report);
        else
            Show(report);
        return report.Passed ? 0 : 1;
    }

    private static async Task<int> OnServer(Session session, CancellationToken cancel)
    {
        var reference = ModelReference.Parse(session.Parsed.GetRequiredValue(Model));
        var scan = session.Parsed.GetValue(Again)
            ? await session.Client.Models.ScanAgain(reference.Name, reference.Version, cancel)
            : await session.Client.Models.Scan(reference.Name, reference.Version, cancel)
                ?? throw new CommandException($"{reference} does not exist or was never scanned; --again scans it.");
        session.Write(scan, Show);
        return scan.Quarantine is null ? 0 : 1;
    }

    private static void Show(ModelScanDetail scan)
    {
        Show(scan.Report);
        foreach (var line in (scan.Waivers ?? []).Select(WaiverVerbs.Tell).OfType<string>())
            Screen.Line(line);
        if (!scan.Report.Passed)
            Screen.Line(scan.Quarantine is { } reason ? $"In quarantine: {reason}" : "Every finding that blocks is waived.");
    }

    private static void Show(ScanReport report)
    {
        if (report.Findings.Count > 0)
        {
            var table = Screen.Table("Severity", "Rule", "Where", "What", "Remedy", "Id");
            foreach (var finding in report.Findings)
            {
                var colour = finding.Blocks ? "red" : "grey";
                table.AddRow(
                    $"[{colour}]{finding.Severity.ToString().ToLowerInvariant()}[/]",
                    Markup.Escape(finding.Rule),
                    Markup.Escape(finding.Path),
                    Markup.Escape(finding.What),
                    Markup.Escape(finding.Remedy),
                    finding.Id);
            }

            Screen.Out.Write(table);
        }

        var blocking = report.Findings.Count(finding => finding.Blocks);
        var files = report.Files.Count == 1 ? $"1 file ({report.Files[0].Format})" : $"{report.Files.Count} files";
        Screen.Out.MarkupLine(report.Passed
            ? $"[green]✓[/] {files} scanned, nothing blocks. [grey]Rules {report.RulesDigest}[/]"
            : $"[red]✗[/] {files} scanned, {blocking} {(blocking == 1 ? "finding blocks" : "findings block")}. [grey]Rules {report.RulesDigest}[/]");
    }
}
