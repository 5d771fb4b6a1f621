using System.ComponentModel.DataAnnotations;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.LoggedModels;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;
using Assay.Tracking.Traces;

namespace Assay.Tracking.Importing;

/// <summary>A logged model of another MLflow server. Its files come after, through the artifact proxy.</summary>
public sealed record ImportModelRequest
{
    /// <summary>Id of the experiment here that it becomes a part of.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string ExperimentId { get; init; } = "";

    /// <summary>What people read; at most 500 characters.</summary>
    [Required, StringLength(LoggedModel.NameLengthMax, MinimumLength = 1)]
    public string Name { get; init; } = "";

    /// <summary>Such as <c>agent</c>; empty when nobody said.</summary>
    [Required(AllowEmptyStrings = true), StringLength(LoggedModel.NameLengthMax)]
    public string ModelType { get; init; } = "";

    /// <summary>The run that made it; empty when nobody said.</summary>
    [Required(AllowEmptyStrings = true), StringLength(32)]
    public string SourceRunId { get; init; } = "";

    /// <summary>Whether its files were all there: <c>LOGGED_MODEL_PENDING</c>, <c>LOGGED_MODEL_READY</c> or <c>LOGGED_MODEL_UPLOAD_FAILED</c>.</summary>
    [Required, StringLength(40)]
    public string Status { get; init; } = "";

    /// <summary>When it was logged, in milliseconds since 1970.</summary>
    [Range(0, 253_402_300_799_999)]
    public long CreatedAtMilliseconds { get; init; }

    /// <summary>When it was changed last, in milliseconds since 1970.</summary>
    [Range(0, 253_402_300_799_999)]
    public long UpdatedAtMilliseconds { get; init; }

    /// <summary>What it was given; values of at most 6,000 characters.</summary>
    [Required]
    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>();

    /// <summary>What was noted about it; values of at most 8,000 characters.</summary>
    [Required]
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>What runs have measured of it; at most 10,000.</summary>
    [Required, MaxLength(10_000)]
    public IReadOnlyList<ImportedModelPoint> Points { get; init; } = [];
}

/// <summary>A point that a run has logged about a model.</summary>
/// <param name="Key">Name of the metric.</param>
/// <param name="Value">Null for NaN; an infinity is the largest finite number of its sign.</param>
/// <param name="Step">Position: an epoch, a fold.</param>
/// <param name="AtMilliseconds">Milliseconds since 1970.</param>
/// <param name="RunId">The run; empty when nobody said.</param>
public sealed record ImportedModelPoint(
    [Required, StringLength(250, MinimumLength = 1)] string Key, double? Value, long Step, [Range(0, long.MaxValue)] long AtMilliseconds,
    [Required(AllowEmptyStrings = true), StringLength(32)] string RunId)
{
    /// <summary>The dataset that it was measured on; empty for none.</summary>
    [Required(AllowEmptyStrings = true), StringLength(500)]
    public string DatasetName { get; init; } = "";

    /// <summary>The client's digest of that.</summary>
    [Required(AllowEmptyStrings = true), StringLength(36)]
    public string DatasetDigest { get; init; } = "";
}

/// <summary>What an imported logged model has here.</summary>
/// <param name="Id">Its id, as at its source.</param>
/// <param name="ArtifactUri">Where its files go.</param>
/// <param name="Params">Parameters.</param>
/// <param name="Tags">Tags.</param>
/// <param name="Points">Points.</param>
public sealed record ImportedModel(string Id, string ArtifactUri, int Params, int Tags, int Points);

/// <summary>Takes a logged model over under its id. The same request again changes nothing.</summary>
internal static class ImportModel
{
    private static readonly Statement Insert = new("""
        INSERT INTO tracking_models (project, id, experiment_key, experiment_id, name, model_type, source_run_id, status, created_at, updated_at, artifact_uri, lifecycle)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, 'Active') ON CONFLICT (id) DO NOTHING
        """);

    public static void Map(RouteGroupBuilder models) =>
        models.MapPut("/{id}", Handle).WithName("ImportModel").RequiresOnAny(TrackingPermissions.Write);

    private static async Task<ImportedModel> Handle(string id, ImportModelRequest request, GroupWriter writer, ExperimentScope scope)
    {
        if (id.Length != LoggedModel.IdLength || !id.StartsWith("m-", StringComparison.Ordinal) || !id[2..].All(char.IsAsciiHexDigitLower))
            throw Refusal.Invalid("id", "The id of a logged model is m- and 32 lower-case hexadecimal digits.");
        if (!CreateModel.IsName(request.Name))
            throw Refusal.Invalid("name", $"'{request.Name}' is no name of a logged model: it holds none of / : . % \" '.");
        ImportRun.Check("params", request.Params, RunParam.ValueLengthMax);
        ImportRun.Check("tags", request.Tags, RunTag.ValueLengthMax);
        scope.Demand(request.ExperimentId);
        var at = ModelRow.Statuses.ToList().IndexOf(request.Status);
        if (at < 0)
            throw Refusal.Invalid("status", $"The status is {string.Join(", ", ModelRow.Statuses)}, not '{request.Status}'.");
        var kept = await writer.Write(session =>
        {
            var experiment = TraceWrites.FindIn(session, scope, request.ExperimentId);
            session.Execute(
                Insert, scope.Project, id, experiment.Key, experiment.Id, request.Name, TraceFields.Kept(request.ModelType), TraceFields.Kept(request.SourceRunId), ((LoggedModelStatus)at).ToString(),
                request.CreatedAtMilliseconds, request.UpdatedAtMilliseconds, RunFiles.Below(experiment.Location, $"models/{id}/artifacts"));
            if (ModelRow.TryFind(session, scope, id) is not { } model || model.ExperimentId != experiment.Id)
                throw Refusal.Conflict($"There is a logged model '{id}' here already, in another experiment or project, or deleted. It is in one only.");
            ModelWrites.Params(session, model.Key, [.. request.Params.Select(Kept)]);
            ModelWrites.Tags(session, model.Key, [.. request.Tags.Select(Kept)]);
            foreach (var point in request.Points)
                ModelWrites.Point(session, model.Key, Kept(point));
            return model.Complete(session);
        });
        return new(id, kept.ArtifactUri, kept.Params.Count, kept.Tags.Count, kept.Metrics.Count);
    }

    private static KeyValuePair<string, string> Kept(KeyValuePair<string, string> pair) => new(pair.Key, TraceFields.Kept(pair.Value));

    private static ModelPoint Kept(ImportedModelPoint point) => new(TraceFields.Kept(point.Key), point.Value, point.AtMilliseconds, point.Step)
    {
        RunId = TraceFields.Kept(point.RunId),
        DatasetName = TraceFields.Kept(point.DatasetName),
        DatasetDigest = TraceFields.Kept(point.DatasetDigest),
    };
}
