using System.Globalization;
using System.Text.Json;
using Assay.Kernel.Paging;
using Assay.Registry;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.Importing;

namespace Assay.Client;

/// <summary>A version of a registered model that comes from elsewhere.</summary>
/// <param name="Model">Name of its model.</param>
/// <param name="Source">Where its files are here: <c>runs:/RUN/PATH</c>, or <c>models:/m-ID</c> for a logged model.</param>
/// <param name="RunId">The run that made it; empty when nobody said.</param>
/// <param name="Description">What is said about it.</param>
/// <param name="Tags">Its tags.</param>
public sealed record VersionToImport(string Model, string Source, string RunId, string Description, IReadOnlyDictionary<string, string> Tags);

/// <summary>Takes runs of other MLflow servers and folders over. Every call may be repeated.</summary>
public sealed class ImportsClient
{
    private const string Mlflow = "api/2.0/mlflow/";
    private const string Proxy = "api/2.0/mlflow-artifacts/artifacts";
    private readonly Transport _transport;

    internal ImportsClient(Transport transport) => _transport = transport;

    /// <summary>Finds or makes the experiment of that name.</summary>
    public Task<ExperimentDetail> Experiment(ImportExperimentRequest request, CancellationToken cancel = default) =>
        _transport.Post<ExperimentDetail>(Route.To("experiments", "import"), request, cancel);

    /// <summary>Takes a run over under its id, or says how far that is.</summary>
    public Task<ImportState> Run(string id, ImportRunRequest request, CancellationToken cancel = default) =>
        _transport.Put<ImportState>(Route.To("runs", id), request, cancel);

    /// <summary>Adds points to a run that is being imported.</summary>
    public Task Points(string id, ImportPointsRequest request, CancellationToken cancel = default) =>
        _transport.Send(HttpMethod.Post, Route.To("runs", id, "import", "points"), request, cancel);

    /// <summary>Stores a file of a run from a stream, without holding it.</summary>
    public Task<RunFile> File(string id, string path, Stream content, CancellationToken cancel = default) =>
        _transport.Upload<RunFile>(HttpMethod.Put, Route.To(["runs", id, "files", .. path.Split('/')]), content, cancel);

    /// <summary>Takes a logged model over under its id.</summary>
    public Task<ImportedModel> LoggedModel(string id, ImportModelRequest request, CancellationToken cancel = default) =>
        _transport.Put<ImportedModel>(Route.To("logged-models", id), request, cancel);

    /// <summary>Takes a trace over under its id.</summary>
    public Task<ImportedTrace> Trace(string id, ImportTraceRequest request, CancellationToken cancel = default) =>
        _transport.Put<ImportedTrace>(Route.To("traces", id), request, cancel);

    /// <summary>Takes a version of a scorer over under its number.</summary>
    public Task<ImportedScorer> Scorer(string experiment, ImportScorerRequest request, CancellationToken cancel = default) =>
        _transport.Post<ImportedScorer>(Route.To("experiments", experiment, "scorers"), request, cancel);

    /// <summary>Takes an evaluation dataset over under its id, without its records.</summary>
    public Task<ImportedSet> EvaluationSet(string id, ImportSetRequest request, CancellationToken cancel = default) =>
        _transport.Put<ImportedSet>(Route.To("evaluation-sets", id), request, cancel);

    /// <summary>Adds records to an evaluation dataset under their ids.</summary>
    public Task<ImportedSet> EvaluationRecords(string id, ImportRecordsRequest request, CancellationToken cancel = default) =>
        _transport.Post<ImportedSet>(Route.To("evaluation-sets", id, "records"), request, cancel);

    /// <summary>Sizes of the files at a place that this server keeps, by their paths from there on.</summary>
    public async Task<IReadOnlyDictionary<string, long>> FilesAt(string uri, CancellationToken cancel = default)
    {
        var (found, folders) = (new Dictionary<string, long>(StringComparer.Ordinal), new Stack<string>([""]));
        while (folders.TryPop(out var folder))
        {
            var answer = await _transport.Get<JsonElement>($"{Proxy}?path={Uri.EscapeDataString($"{PathOf(uri)}/{folder}".TrimEnd('/'))}", cancel);
            foreach (var file in answer.TryGetProperty("files", out var files) ? files.EnumerateArray() : default)
            {
                var path = $"{folder}/{file.GetProperty("path").GetString()}".TrimStart('/');
                if (file.GetProperty("is_dir").GetBoolean())
                    folders.Push(path);
                else
                    found[path] = file.GetProperty("file_size").GetInt64();
            }
        }

        return found;
    }

    /// <summary>Stores a file at a place that this server keeps, without holding it.</summary>
    public Task FileAt(string uri, string path, Stream content, CancellationToken cancel = default) =>
        _transport.Upload<JsonElement>(HttpMethod.Put, $"{Proxy}/{string.Join('/', $"{PathOf(uri)}/{path}".Split('/').Select(Uri.EscapeDataString))}", content, cancel);

    private static string PathOf(string uri) => uri.StartsWith("mlflow-artifacts:/", StringComparison.Ordinal)
        ? uri["mlflow-artifacts:/".Length..]
        : throw new InvalidDataException($"The files go to '{uri}', which the server does not keep.");

    /// <summary>Makes a registered model, unless there is one of that name.</summary>
    public async Task Model(string name, string description, IReadOnlyDictionary<string, string> tags, CancellationToken cancel = default)
    {
        try
        {
            await _transport.Send(HttpMethod.Post, $"{Mlflow}registered-models/create", new { name, description, tags = List(tags) }, cancel);
        }
        catch (AssayException refusal) when (refusal.Code == "RESOURCE_ALREADY_EXISTS")
        {
            // It is here already.
        }
    }

    /// <summary>Numbers of a model's versions by the value of one of their tags; those without it are left out.</summary>
    public async Task<IReadOnlyDictionary<string, int>> Versions(string model, string tag, CancellationToken cancel = default)
    {
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            var page = await _transport.Get<Page<ModelVersionSummary>>(Route.To("models", model).Page(cursor, null), cancel);
            foreach (var version in page.Items.Where(version => version.DeletedAt is null))
            {
                var answer = await _transport.Get<JsonElement>($"{Mlflow}model-versions/get?name={Uri.EscapeDataString(model)}&version={version.Version}", cancel);
                if (ValueOf(answer.GetProperty("model_version"), tag) is { } value)
                    found[value] = version.Version;
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return found;
    }

    /// <summary>Registers the files of a run as the next version of a model; returns its number.</summary>
    public async Task<int> Version(VersionToImport version, CancellationToken cancel = default)
    {
        var answer = await _transport.Post<JsonElement>(
            $"{Mlflow}model-versions/create",
            new { name = version.Model, source = version.Source, run_id = version.RunId, description = version.Description, tags = List(version.Tags) }, cancel);
        return int.Parse(answer.GetProperty("model_version").GetProperty("version").GetString()!, CultureInfo.InvariantCulture);
    }

    private static string? ValueOf(JsonElement version, string tag) => version.TryGetProperty("tags", out var tags)
        ? tags.EnumerateArray().Where(pair => pair.GetProperty("key").GetString() == tag).Select(pair => pair.GetProperty("value").GetString()).FirstOrDefault()
        : null;

    private static object[] List(IReadOnlyDictionary<string, string> tags) => [.. tags.Select(tag => new { key = tag.Key, value = tag.Value })];

    /// <summary>Ends the import of a run, if all of it is here.</summary>
    public Task<ImportState> Finish(string id, FinishImportRequest request, CancellationToken cancel = default) =>
        _transport.Post<ImportState>(Route.To("runs", id, "import", "end"), request, cancel);
}
