using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Assay.Cli.CommandLine;
using Assay.Tracking;
using Assay.Tracking.Importing;

namespace Assay.Cli.Importing;

/// <summary>A folder <c>mlruns</c>: a folder per experiment, in it one per run, and <c>.trash</c> for deleted experiments.</summary>
internal sealed class FolderSource : IMlflowSource
{
    private const string Meta = "meta.yaml";
    private const string Trash = ".trash";
    private const string Registry = "models";

    private readonly SafeFolder _folder;
    private readonly ConcurrentQueue<string> _notices = new();

    public FolderSource(string folder)
    {
        _folder = new(folder);
        if (!SafeFolder.Folders(_folder.Root).Any(name => _folder.Find(name, Meta) is not null))
            throw new CommandException($"{_folder.Root} is no mlruns folder: no folder in it has a meta.yaml. A database's files are read through its server: 'mlflow server --backend-store-uri …', then 'assay import mlflow http://…'.");
    }

    public string Name => $"folder {Path.GetFileName(_folder.Root)}";

    public IReadOnlyCollection<string> Notices => _notices;

    public async IAsyncEnumerable<SourceExperiment> Experiments(bool withDeleted, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var name in SafeFolder.Folders(_folder.Root).Where(name => name != Trash))
        {
            if (_folder.Find(name, Meta) is { } meta && name != Registry)
                yield return await Experiment(name, MetaYaml.Read(meta), cancel);
        }

        foreach (var name in withDeleted ? SafeFolder.Folders(_folder.Find(Trash)) : [])
        {
            if (_folder.Find(Trash, name, Meta) is { } meta)
                yield return await Experiment($"{Trash}/{name}", MetaYaml.Read(meta), cancel) with { IsDeleted = true };
        }
    }

    public async IAsyncEnumerable<SourceRun> Runs(SourceExperiment experiment, bool withDeleted, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var name in SafeFolder.Folders(_folder.Find(experiment.Id.Split('/'))))
        {
            if (Place(experiment.Id, name, Meta) is not { } meta || name is "tags" or "datasets" or "models" or "traces")
                continue;
            var run = await Run(experiment.Id, name, MetaYaml.Read(meta), cancel);
            if (withDeleted || !run.IsDeleted)
                yield return run with { IsDeleted = run.IsDeleted || experiment.IsDeleted };
        }
    }

    public async IAsyncEnumerable<SourcePoint> History(SourceRun run, string metric, [EnumeratorCancellation] CancellationToken cancel)
    {
        var file = Place(run.Experiment, [run.Id, "metrics", .. metric.Split('/')]) ?? throw new InvalidDataException($"Run {run.Id} has no metric '{metric}' any more.");
        await foreach (var line in File.ReadLinesAsync(file, cancel))
        {
            if (line.Trim().Length > 0)
                yield return Point(line, file);
        }
    }

    public async IAsyncEnumerable<SourceFile> Files(SourceRun run, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        foreach (var (path, file) in SafeFolder.Files(Place(run.Experiment, run.Id, "artifacts")))
            yield return new(path, file.Length);
    }

    public Task<Stream> Open(SourceRun run, SourceFile file, CancellationToken cancel) =>
        Task.FromResult<Stream>(new FileStream(
            Place(run.Experiment, [run.Id, "artifacts", .. file.Path.Split('/')]) ?? throw new InvalidDataException($"Run {run.Id} has no file '{file.Path}' any more."),
            FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true));

    public async IAsyncEnumerable<SourceModel> Models([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var name in SafeFolder.Folders(_folder.Find(Registry)))
        {
            if (_folder.Find(Registry, name, Meta) is not { } meta || MetaYaml.Read(meta) is not { } model)
                continue;
            yield return new(model.Text("name") ?? name, model.Text("description") ?? "", await Pairs(_folder.Find(Registry, name, "tags"), cancel))
            {
                Aliases = await Pairs(_folder.Find(Registry, name, "aliases"), cancel),
                Versions = await Versions(name, cancel),
            };
        }
    }

    // Their form in folders has changed from version to version; a server reads all of them.
    public async IAsyncEnumerable<SourceLoggedModel> LoggedModels(SourceExperiment experiment, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        foreach (var what in new[] { "models", "traces" })
        {
            if (SafeFolder.Folders(Place(experiment.Id, what)).Count() is > 0 and var count)
                _notices.Enqueue($"Experiment {experiment.Name} has {count} {(what == "models" ? "logged models" : "traces")}, which are not read from a folder: start 'mlflow server --backend-store-uri' on it, and import from there.");
        }

        yield break;
    }

    public IAsyncEnumerable<SourceFile> ModelFiles(SourceLoggedModel model, CancellationToken cancel) => AsyncEnumerable.Empty<SourceFile>();

    public Task<Stream> OpenModelFile(SourceLoggedModel model, SourceFile file, CancellationToken cancel) => throw new InvalidDataException("Logged models are not read from a folder.");

    public IAsyncEnumerable<SourceTrace> Traces(SourceExperiment experiment, CancellationToken cancel) => AsyncEnumerable.Empty<SourceTrace>();

    public Task<System.Text.Json.JsonElement> Spans(SourceTrace trace, CancellationToken cancel) => Task.FromResult<System.Text.Json.JsonElement>(default);

    // MLflow keeps these in databases alone.
    public IAsyncEnumerable<SourceScorer> Scorers(SourceExperiment experiment, CancellationToken cancel) => AsyncEnumerable.Empty<SourceScorer>();

    public IAsyncEnumerable<SourceSet> EvaluationSets(IReadOnlyCollection<string> experiments, CancellationToken cancel) => AsyncEnumerable.Empty<SourceSet>();

    public IAsyncEnumerable<System.Text.Json.JsonElement> Records(SourceSet set, CancellationToken cancel) => AsyncEnumerable.Empty<System.Text.Json.JsonElement>();

    public void Dispose()
    {
        // Nothing is held open.
    }

    private async Task<List<SourceVersion>> Versions(string model, CancellationToken cancel)
    {
        var versions = new List<SourceVersion>();
        foreach (var folder in SafeFolder.Folders(_folder.Find(Registry, model)))
        {
            if (!folder.StartsWith("version-", StringComparison.Ordinal) || _folder.Find(Registry, model, folder, Meta) is not { } meta || MetaYaml.Read(meta) is not { } version)
                continue;
            versions.Add(new((int)(version.Integer("version") ?? 0), version.Text("source") ?? "", version.Text("run_id") ?? "", version.Text("current_stage") ?? "None")
            {
                Description = version.Text("description") ?? "",
                Tags = await Pairs(_folder.Find(Registry, model, folder, "tags"), cancel),
            });
        }

        return [.. versions.OrderBy(version => version.Number)];
    }

    private async Task<SourceExperiment> Experiment(string id, MetaYaml meta, CancellationToken cancel) =>
        new(id, meta.Required("name"), meta.Text("lifecycle_stage") == "deleted", await Pairs(Place(id, "tags"), cancel));

    private async Task<SourceRun> Run(string experiment, string id, MetaYaml meta, CancellationToken cancel)
    {
        var tags = await Pairs(Place(experiment, id, "tags"), cancel);
        Note(experiment, id, meta);
        return new(id, experiment)
        {
            Name = meta.Text("run_name") ?? tags.GetValueOrDefault("mlflow.runName") ?? id,
            UserId = meta.Text("user_id") ?? tags.GetValueOrDefault("mlflow.user") ?? "",
            Status = Status(meta.Text("status")),
            StartedAt = meta.Integer("start_time") ?? 0,
            EndedAt = meta.Integer("end_time"),
            IsDeleted = meta.Text("lifecycle_stage") == "deleted",
            Params = await Pairs(Place(experiment, id, "params"), cancel),
            Tags = tags,
            Metrics = [.. SafeFolder.Files(Place(experiment, id, "metrics")).Select(file => file.Path).Order(StringComparer.Ordinal)],
            Datasets = [.. Datasets(experiment, id)],
        };
    }

    private void Note(string experiment, string id, MetaYaml meta)
    {
        if (Place(experiment, id, "artifacts") is null && meta.Text("artifact_uri") is { } uri && !uri.StartsWith('/') && !uri.StartsWith("file:", StringComparison.Ordinal))
            _notices.Enqueue($"Run {id} keeps its files elsewhere, at {uri}: they were not copied. Import from the server instead, which can read them.");
        var links = SafeFolder.Links(Place(experiment, id)) + SafeFolder.Links(Place(experiment, id, "artifacts"));
        if (links > 0)
            _notices.Enqueue($"Run {id} has {links} symbolic links, which were not followed.");
    }

    private IEnumerable<ImportedDataset> Datasets(string experiment, string run)
    {
        foreach (var input in SafeFolder.Folders(Place(experiment, run, "inputs")))
        {
            if (Place(experiment, run, "inputs", input, Meta) is not { } inputFile || MetaYaml.Read(inputFile) is not { } meta || meta.Text("source_type") is not (null or "DATASET" or "1"))
                continue;
            if (meta.Text("source_id") is not { } id || Place(experiment, "datasets", id, Meta) is not { } file)
                continue;
            var dataset = MetaYaml.Read(file);
            yield return new(dataset.Required("name"), dataset.Required("digest"), dataset.Text("source_type") ?? "", dataset.Text("source") ?? "")
            {
                Schema = dataset.Text("schema"),
                Profile = dataset.Text("profile"),
                Tags = meta.Map("tags"),
            };
        }
    }

    private string? Place(string experiment, params ReadOnlySpan<string> names) => _folder.Find([.. experiment.Split('/'), .. names]);

    private static async Task<Dictionary<string, string>> Pairs(string? folder, CancellationToken cancel)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, file) in SafeFolder.Files(folder))
            pairs[path] = await File.ReadAllTextAsync(file.FullName, cancel);
        return pairs;
    }

    // A number from 1 in this order, or a name.
    private static RunStatus Status(string? text) => text switch
    {
        "2" or "SCHEDULED" => RunStatus.Scheduled,
        "3" or "FINISHED" => RunStatus.Finished,
        "4" or "FAILED" => RunStatus.Failed,
        "5" or "KILLED" => RunStatus.Killed,
        _ => RunStatus.Running,
    };

    /// <summary>A line: time, value, and step where there is one.</summary>
    private static SourcePoint Point(string line, string file)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length >= 2
            && long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            && SourceNumbers.TryRead(parts[1], out var value)
            && long.TryParse(parts.Length > 2 ? parts[2] : "0", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var step)
            ? new(step, at, value)
            : throw new InvalidDataException($"{file} has a line that is no point: '{line[..Math.Min(line.Length, 80)]}'.");
    }
}

/// <summary>Numbers as Python and JSON write them.</summary>
internal static class SourceNumbers
{
    public static bool TryRead(string text, out double value)
    {
        value = text.ToUpperInvariant() switch
        {
            "NAN" or "-NAN" => double.NaN,
            "INF" or "INFINITY" or "+INF" => double.PositiveInfinity,
            "-INF" or "-INFINITY" => double.NegativeInfinity,
            _ => 0,
        };
        return value != 0 || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
