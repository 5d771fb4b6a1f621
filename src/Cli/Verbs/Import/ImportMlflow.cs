using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Importing;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Import;

/// <summary>What an import has done.</summary>
/// <param name="Source">Where it came from.</param>
/// <param name="Matches">Whether all that is there is here.</param>
/// <param name="Counts">What is there, and what is here.</param>
/// <param name="AlreadyHere">Runs that were complete before.</param>
/// <param name="Failures">Runs that did not come, or not all of them.</param>
/// <param name="Notices">What was left out.</param>
public sealed record ImportReport(
    string Source, bool Matches, IReadOnlyList<ImportLine> Counts, long AlreadyHere, IReadOnlyCollection<ImportFailure> Failures, IReadOnlyCollection<string> Notices)
{
    /// <summary>Versions of registered models, where they were asked for.</summary>
    public IReadOnlyList<ImportedVersion> Versions { get; init; } = [];
}

/// <summary><c>assay import mlflow</c>.</summary>
internal static class ImportMlflow
{
    private const int FailuresShown = 20;

    private static readonly Argument<string> Uri = new("uri") { Description = "Address of a running MLflow server (or of another Assay, with its project), or an mlruns folder", HelpName = "URI" };

    private static readonly Option<string[]> Experiment = new("--experiment", "-e") { Description = "Only this experiment, by its name; again for others", HelpName = "NAME" };

    private static readonly Option<bool> Deleted = new("--include-deleted") { Description = "Also what is deleted there; it is deleted here as well, and can be restored" };

    private static readonly Option<bool> Models = new("--models") { Description = "Also registered models: each version is registered anew from its run's files, scanned and signed; stages and aliases are named, and not taken over" };

    public static Command Create()
    {
        var verb = new Verb(
            "mlflow",
            "Brings experiments, runs, logged models, traces, scorers and evaluation datasets over from MLflow, under their ids; run it again to finish what was broken off",
            "assay import mlflow http://mlflow.example:5000",
            "assay import mlflow ./mlruns --experiment churn --models --project fraud",
            "MLFLOW_TRACKING_TOKEN=… assay import mlflow https://mlflow.example --include-deleted --json").Connected();
        verb.Add(Uri);
        verb.Add(Experiment);
        verb.Add(Deleted);
        verb.Add(Models);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        using var source = Open(session.Parsed.GetRequiredValue(Uri));
        var tally = new ImportTally();
        var work = new ImportWork(source, session.Client, tally).Run(
            new(session.Parsed.GetValue(Experiment) ?? [], session.Parsed.GetValue(Deleted)), cancel);
        await Progress(work, tally, cancel);
        await work;

        var versions = session.Parsed.GetValue(Models) ? await new ModelTransfer(source, session.Client).Run(cancel) : [];
        IReadOnlyList<ImportLine> lines = [.. tally.Lines(), .. versions.Count == 0 ? [] : new[] { new ImportLine("versions", versions.Count, versions.Count(version => version.Version is not null)) }];
        var report = new ImportReport(
            source.Name, tally.Failures.Count == 0 && lines.All(line => line.Matches), lines, tally.Skipped, tally.Failures, source.Notices)
        { Versions = versions };
        session.Write(report, Show);
        return report.Matches ? 0 : 1;
    }

    private static IMlflowSource Open(string uri)
    {
        if (System.Uri.TryCreate(uri, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return new ServerSource(new(address!));
        var folder = address is { IsFile: true } ? address.LocalPath : uri;
        return Directory.Exists(folder)
            ? new FolderSource(folder)
            : throw new CommandException($"'{folder}' is no folder. Name an mlruns folder, or the http address of an MLflow server; a database is read through its server.");
    }

    private static async Task Progress(Task work, ImportTally tally, CancellationToken cancel)
    {
        for (var shown = -1L; await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(2), cancel)) != work;)
        {
            if (cancel.IsCancellationRequested)
                return;
            if (tally.Runs != shown)
                Screen.Error.MarkupLine($"[grey]{Figures.Number(tally.Runs)} runs, {Figures.Number(tally.Points)} points, {Figures.Bytes(tally.SizeBytes)} of files[/]");
            shown = tally.Runs;
        }
    }

    private static string Sentence(ImportedVersion version)
    {
        if (version.Version is not { } number)
            return $"{version.Model} version {version.SourceVersion} did not come. {version.Reason}";
        var was = version.Stage is "" or "None" ? [] : new[] { $"the stage {version.Stage}" };
        var held = string.Join(" and ", [.. was, .. version.Aliases.Select(alias => $"the alias {alias}")]);
        return $"{version.Model} version {version.SourceVersion} is version {number} here{(held.Length > 0 ? $"; there it has {held}, which a gate gives here: 'assay model promote models:/{version.Model}/{number}'" : "")}.";
    }

    private static void Show(ImportReport report)
    {
        var table = Screen.Table("", "At the source", "Here", "");
        foreach (var line in report.Counts)
            table.AddRow(line.What, Figures.Number(line.Source), Figures.Number(line.Here), line.Matches ? "[green]✓[/]" : "[red]differs[/]");
        Screen.Out.Write(table);
        foreach (var failure in report.Failures.Take(FailuresShown))
            Screen.Line($"{(failure.Run.Length == 32 ? "Run " : "")}{failure.Run}: {failure.Reason}");
        if (report.Failures.Count > FailuresShown)
            Screen.Line($"… and {report.Failures.Count - FailuresShown} more runs; --json lists all of them.");
        foreach (var version in report.Versions)
            Screen.Line(Sentence(version));
        foreach (var notice in report.Notices.Take(FailuresShown))
            Screen.Line(notice);
        Screen.Line(report.Matches
            ? $"All of {report.Source} is here; {Figures.Number(report.AlreadyHere)} runs were here before."
            : $"Not all of {report.Source} is here. Run the same command again once the reasons are gone: it goes on from what is done.");
    }
}
