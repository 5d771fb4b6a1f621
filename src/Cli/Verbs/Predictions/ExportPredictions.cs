using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Serving.PredictionLog.Files;
using Spectre.Console;

namespace Assay.Cli.Verbs.Predictions;

/// <summary><c>assay predictions export</c>.</summary>
internal static class ExportPredictions
{
    private static readonly Option<string> Output = new("--output", "-o") { Description = "Folder to write into", HelpName = "DIR", DefaultValueFactory = _ => "." };

    public static Command Create()
    {
        var verb = new Verb(
            "export",
            "Downloads the calls of an endpoint as Parquet files, those of this moment too; files that are there already are left alone",
            "assay predictions export churn --output calls",
            "assay predictions export churn --since 24h --output calls --json").Connected().WithTimes();
        verb.Add(PredictionVerbs.Name);
        verb.Add(Output);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var name = session.Parsed.GetRequiredValue(PredictionVerbs.Name);
        var folder = Path.GetFullPath(session.Parsed.GetValue(Output)!);
        var (from, to) = PredictionVerbs.Times(session.Parsed);
        Directory.CreateDirectory(folder);
        await session.Client.Predictions.Complete(name, cancel);
        var files = await Pages.All((cursor, cancel) => session.Client.Predictions.Files(name, from, to, cursor, cancel), cancel);
        var exported = new List<Exported>();
        foreach (var file in files)
            exported.Add(await Fetch(session, name, file, folder, cancel));
        session.Write(exported, done => Screen.Out.MarkupLine(
            $"[green]✓[/] {Figures.Number(done.Sum(file => file.Calls))} calls in {Figures.Number(done.Count)} files in {Markup.Escape(folder)}"));
        return 0;
    }

    private static async Task<Exported> Fetch(Session session, string name, PredictionFileSummary file, string folder, CancellationToken cancel)
    {
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{file.Hour.UtcDateTime:yyyyMMdd'T'HH'Z'}-{file.Id}.parquet"));
        if (!File.Exists(path) || new FileInfo(path).Length != file.SizeBytes)
        {
            await using var content = File.Create(path);
            await session.Client.Predictions.Download(name, file.Id, content, cancel);
        }

        return new(path, file.Digest, file.Calls, file.From, file.To);
    }

    private sealed record Exported(string File, string Digest, long Calls, DateTimeOffset From, DateTimeOffset To);
}
