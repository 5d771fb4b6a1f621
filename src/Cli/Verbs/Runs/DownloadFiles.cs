using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Tracking.Artifacts;
using Spectre.Console;

namespace Assay.Cli.Verbs.Runs;

/// <summary><c>assay runs download</c>.</summary>
internal static class DownloadFiles
{
    private static readonly Argument<string> Run = RunVerbs.Named("Run, by its id");

    private static readonly Argument<string?> Source = new("path") { Description = "File or folder of the run. Default: all of it", HelpName = "PATH", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<string> To = new("--to") { Description = "Folder to write to, made when it is missing; a file that is there is not replaced", HelpName = "DIR", DefaultValueFactory = _ => "." };

    public static Command Create()
    {
        var verb = new Verb(
            "download",
            "Copies files of a run",
            "assay runs download 8f14e45fceea4b5d9e2f0c1a7b3d6e90 --to ./files",
            "assay runs download 8f14e45fceea4b5d9e2f0c1a7b3d6e90 model/MLmodel --json").Connected();
        verb.Add(Run);
        verb.Add(Source);
        verb.Add(To);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var (id, path) = (session.Parsed.GetRequiredValue(Run), session.Parsed.GetValue(Source)?.Trim('/') ?? "");
        var folder = Path.GetFullPath(session.Parsed.GetRequiredValue(To));
        var files = await Below(session, id, path, cancel);
        if (files.Count == 0)
            throw new CommandException(path.Length == 0 ? "The run has no files." : $"The run has nothing at '{path}': 'assay runs files {id}' shows what it has.");
        var targets = files.ConvertAll(file => Target(folder, file.Path));
        if (targets.Find(File.Exists) is { } there)
            throw new CommandException($"{there} is there already: choose another folder with --to.");
        for (var i = 0; i < files.Count; i++)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(targets[i])!);
            await using var destination = new FileStream(targets[i], FileMode.CreateNew);
            await session.Client.Runs.Download(id, files[i].Path, destination, cancel);
        }

        session.Write(files, rows => Screen.Out.MarkupLine($"[green]✓[/] {rows.Count} {(rows.Count == 1 ? "file" : "files")}, {Figures.Bytes(rows.Sum(row => row.SizeBytes))}, in {Markup.Escape(folder)}"));
        return 0;
    }

    // The server refuses such paths as well; but a client does not write outside of its folder because a server says so.
    private static string Target(string folder, string path)
    {
        var target = Path.GetFullPath(Path.Combine(folder, path));
        return target.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? target
            : throw new CommandException($"The server names a file '{path}', which leads out of {folder}. Nothing was written.");
    }

    private static async Task<List<RunFile>> Below(Session session, string id, string path, CancellationToken cancel)
    {
        var found = new List<RunFile>();
        var parent = path.Contains('/', StringComparison.Ordinal) ? path[..path.LastIndexOf('/')] : "";
        if (path.Length > 0 && (await session.Client.Runs.Files(id, parent, cancel)).FirstOrDefault(file => file.Path == path) is { IsFolder: false } one)
            return [one];
        var folders = new Queue<string>([path]);
        while (folders.TryDequeue(out var folder))
        {
            foreach (var file in await session.Client.Runs.Files(id, folder, cancel))
            {
                if (file.IsFolder)
                    folders.Enqueue(file.Path);
                else
                    found.Add(file);
            }
        }

        return found;
    }
}
