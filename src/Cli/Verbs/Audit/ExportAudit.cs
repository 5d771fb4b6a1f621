using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Audit;

/// <summary><c>assay audit export</c>.</summary>
internal static class ExportAudit
{
    private const int LinesPerReport = 1000;

    private static readonly Option<string> Format = new("--format") { Description = "cloudevents or ocsf", HelpName = "FORMAT", DefaultValueFactory = _ => "cloudevents" };

    private static readonly Option<string?> Output = new("--output", "-o") { Description = "File to write; standard output when left out", HelpName = "FILE" };

    private static readonly Option<long> From = new("--from") { Description = "Place of the first entry", HelpName = "PLACE" };

    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on after the last whole line of the file, which is how new entries are fetched too" };

    public static Command Create()
    {
        var verb = new Verb(
            "export",
            "Writes entries as JSON lines, oldest first: CloudEvents 1.0 or OCSF",
            "assay audit export --output audit.jsonl",
            "assay audit export --output audit.jsonl --resume",
            "assay audit export --format ocsf --outcome refused --since 7d").Connected().WithFilters();
        verb.Add(Format);
        verb.Add(Output);
        verb.Add(From);
        verb.Add(Resume);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var path = parsed.GetValue(Output) is { } given ? Path.GetFullPath(given) : null;
        if (path is null && (session.Json || parsed.GetValue(Resume)))
            throw new CommandException("--json and --resume need --output FILE: without it standard output holds the entries themselves.");

        var exported = path is null
            ? await ToStandardOutput(session, cancel)
            : await ToFile(session, path, cancel);
        if (path is not null)
        {
            session.Write(exported, static done => Screen.Out.MarkupLine(
                $"[green]✓[/] {Figures.Number(done.Lines)} entries in {Markup.Escape(done.File!)}; the next is {Figures.Number(done.Next)}"));
        }

        return 0;
    }

    private static async Task<Exported> ToStandardOutput(Session session, CancellationToken cancel)
    {
        var (lines, from) = (0L, session.Parsed.GetValue(From));
        await foreach (var line in Lines(session, from, cancel))
        {
            Screen.Line(line);
            lines++;
        }

        return new(null, lines, from);
    }

    private static async Task<Exported> ToFile(Session session, string path, CancellationToken cancel)
    {
        var resume = session.Parsed.GetValue(Resume);
        await using var file = new FileStream(path, resume ? FileMode.OpenOrCreate : FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        var next = resume ? ExportedFile.Next(file) ?? session.Parsed.GetValue(From) : session.Parsed.GetValue(From);
        file.Seek(0, SeekOrigin.End);

        var lines = 0L;
        await using var writer = new StreamWriter(file) { NewLine = "\n" };
        await foreach (var line in Lines(session, next, cancel))
        {
            await writer.WriteLineAsync(line.AsMemory(), cancel);
            next = ExportedFile.Place(line) + 1;
            if (++lines % LinesPerReport == 0 && !session.Json)
                Screen.Error.MarkupLine($"[grey]{Figures.Number(lines)} entries[/]");
        }

        return new(path, lines, next);
    }

    private static IAsyncEnumerable<string> Lines(Session session, long from, CancellationToken cancel) =>
        session.Client.Ledger.Export(session.Parsed.GetValue(Format)!, SearchOptions.Read(session.Parsed), from, cancel);

    private sealed record Exported(string? File, long Lines, long Next);
}
