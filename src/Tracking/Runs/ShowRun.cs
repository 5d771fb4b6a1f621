using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Inputs;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>A dataset that a run has read, as its client describes it.</summary>
/// <param name="Name">Name of the dataset.</param>
/// <param name="Digest">The client's own digest of it, in no fixed form.</param>
/// <param name="SourceType">What kind of place it came from.</param>
/// <param name="Source">That place, as JSON or an address.</param>
/// <param name="Context">What it was used for, such as <c>training</c>; null when nobody said.</param>
public sealed record RunDataset(string Name, string Digest, string SourceType, string Source, string? Context);

/// <summary>A run with all that belongs to it but the histories of its metrics and its files.</summary>
public sealed record RunDetail(
    string Id,
    string ExperimentId,
    string Name,
    RunStatus Status,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    IReadOnlyDictionary<string, string> Params,
    IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, string> Tags)
    : RunSummary(Id, ExperimentId, Name, Status, StartedAt, EndedAt, Params, Metrics, Tags)
{
    /// <summary>Where its files are, as MLflow's clients are told.</summary>
    public string ArtifactUri { get; init; } = "";

    /// <summary>Datasets that it has read.</summary>
    public IReadOnlyList<RunDataset> Datasets { get; init; } = [];

    /// <summary>Ids of logged models that it has read.</summary>
    public IReadOnlyList<string> ModelInputs { get; init; } = [];

    /// <summary>Ids of logged models that it has made.</summary>
    public IReadOnlyList<string> ModelOutputs { get; init; } = [];
}

/// <summary>A run by its id, also a deleted one.</summary>
internal static class ShowRun
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}", Handle).WithName("ShowRun").RequiresOnAny(TrackingPermissions.Read);

    private static RunDetail Handle(string id, Sessions sessions, ExperimentScope scope) => Read(id, sessions, scope);

    /// <exception cref="Refusal">404, or 403 where the caller may not.</exception>
    public static RunDetail Read(string id, Sessions sessions, ExperimentScope scope) => sessions.Read(session =>
    {
        var run = RunReader.TryFind(session, scope, id) ?? throw Refusal.NotFound("run", id);
        RunReader.Complete(session, [run]);
        return Detail(run);
    });

    private static RunDetail Detail(RunRow run)
    {
        var summary = FindRuns.Summary(run, null);
        return new(
            summary.Id, summary.ExperimentId, summary.Name, summary.Status, summary.StartedAt, summary.EndedAt, summary.Params, summary.Metrics, summary.Tags)
        {
            UserId = summary.UserId,
            IsDeleted = summary.IsDeleted,
            ArtifactUri = run.ArtifactUri,
            Datasets = [.. run.Datasets.Select(data => new RunDataset(
                data.Name, data.Digest, data.SourceType, data.Source, data.Tags.FirstOrDefault(tag => tag.Key == RunInputTag.Context).Value))],
            ModelInputs = run.ModelInputs,
            ModelOutputs = [.. run.ModelOutputs.Select(model => model.ModelId)],
        };
    }
}
