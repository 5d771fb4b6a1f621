using System.ComponentModel.DataAnnotations;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Which runs of an experiment are sought, and what of them.</summary>
public sealed record FindRunsRequest
{
    /// <summary>In MLflow's grammar, <c>metrics.auc &gt; 0.9 AND params.model = 'forest'</c>; all runs when left out.</summary>
    [StringLength(10_000)]
    public string? Filter { get; init; }

    /// <summary>First the one that counts most, <c>metrics.auc DESC</c>; then the newest first.</summary>
    [MaxLength(10)]
    public IReadOnlyList<string> OrderBy { get; init; } = [];

    /// <summary>Whether deleted runs are sought.</summary>
    public Shown Shown { get; init; }

    /// <summary>How many runs are passed over: where the window on the table begins.</summary>
    [Range(0, FindRuns.CountMax)]
    public int Offset { get; init; }

    /// <summary>Runs in the answer, 1 to 1,000.</summary>
    [Range(1, 1000)]
    public int Limit { get; init; } = 100;

    /// <summary>What of each run is wanted, <c>metrics.auc</c>, <c>params.`learning rate`</c>; everything when left out.</summary>
    [MaxLength(200)]
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Whether the number of all runs that are found is wanted, which a first window needs and the others do not.</summary>
    public bool Count { get; init; } = true;
}

/// <summary>A window on the runs that were found.</summary>
/// <param name="Items">The runs, with the metrics, parameters and tags that were asked for.</param>
/// <param name="Offset">How many were passed over.</param>
/// <param name="Total">How many were found, at most 100,000; null when it was not asked for.</param>
/// <param name="HasMore">Whether there are runs after these.</param>
public sealed record RunWindow(IReadOnlyList<RunSummary> Items, int Offset, int? Total, bool HasMore)
{
    /// <summary>Whether there are more than the total, which is not counted further.</summary>
    public bool IsTotalMore { get; init; }
}

/// <summary>Runs of an experiment by filter and order, window by window, for tables.</summary>
internal static class FindRuns
{
    public const int CountMax = 100_000;

    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/runs/search", Handle).WithName("FindRuns").Requires(TrackingPermissions.Read, resource: "id");

    private static async Task<RunWindow> Handle(
        string id, FindRunsRequest request, Sessions sessions, ExperimentScope scope, ExperimentBook book, CancellationToken cancel)
    {
        if (id == Experiment.DefaultId)
            await book.EnsureDefault(cancel);
        var query = Read(id, request);
        var columns = request.Columns is null ? null : FieldRefusal.In("columns", () => request.Columns.Select(Column).ToHashSet());
        return sessions.Read(session =>
        {
            var experiment = ExperimentScope.KeyOf(session, scope.Project, id) ?? throw Refusal.NotFound("experiment", id);
            var found = SearchRuns.Search(session, scope, query);
            int? total = !request.Count ? null
                : found.Count <= query.Size && (found.Count > 0 || query.Offset == 0) ? query.Offset + found.Count   // all that there are were read
                : RunSearch.Count(session, query, experiment, CountMax + 1);
            return new RunWindow(
                [.. found.Take(query.Size).Select(run => Summary(run, columns))], query.Offset, total is > CountMax ? CountMax : total, found.Count > query.Size)
            {
                IsTotalMore = total > CountMax,
            };
        });
    }

    /// <summary>A run with those of its metrics, parameters and tags that are wanted; all when that is null.</summary>
    public static RunSummary Summary(RunRow run, HashSet<(SearchEntity, string)>? columns)
    {
        bool IsWanted(SearchEntity entity, string key) => columns is null || columns.Contains((entity, key));
        return new(
            run.Id,
            run.ExperimentId,
            run.Name,
            Enum.Parse<RunStatus>(run.Status),
            DateTimeOffset.FromUnixTimeMilliseconds(run.StartedAt),
            run.EndedAt is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null,
            run.Params.Where(param => IsWanted(SearchEntity.Param, param.Key)).ToDictionary(),
            run.Metrics.Where(metric => metric.Value is not null && IsWanted(SearchEntity.Metric, metric.Key)).ToDictionary(metric => metric.Key, metric => metric.Value!.Value),
            run.Tags.Where(tag => IsWanted(SearchEntity.Tag, tag.Key)).ToDictionary())
        {
            UserId = run.UserId,
            IsDeleted = run.IsDeleted,
        };
    }

    private static RunQuery Read(string id, FindRunsRequest request) => new(
        [id],
        request.Shown switch { Shown.Active => ViewTypes.ActiveOnly, Shown.All => ViewTypes.All, _ => ViewTypes.ActiveOnly + 1 },
        FieldRefusal.In("filter", () => FilterParser.Parse(request.Filter, RunGrammar.Grammar)),
        FieldRefusal.In("orderBy", () => request.OrderBy.Select(text => FilterParser.ParseOrder(text, RunGrammar.Grammar)).ToList()),
        request.Limit,
        request.Offset);

    private static (SearchEntity, string) Column(string text)
    {
        var (entity, key, descending) = FilterParser.ParseOrder(text, RunGrammar.Grammar);
        return entity != SearchEntity.Attribute && !descending
            ? (entity, key)
            : throw Refusal.Invalid("columns", $"'{text}' is no column: write metrics.NAME, params.NAME or tags.NAME. What every run has is always there.");
    }
}
