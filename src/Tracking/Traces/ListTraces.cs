using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Search;
using Assay.Tracking.Store;
using Assay.Tracking.Traces.Search;

namespace Assay.Tracking.Traces;

/// <summary>Which traces are sought; bound from the query.</summary>
public sealed record ListTracesRequest
{
    /// <summary>In MLflow's grammar for traces; all when it is left out.</summary>
    [StringLength(FilterParser.LengthMax)]
    public string? Filter { get; init; }

    /// <summary>An attribute, a tag or metadata, perhaps with DESC after it; the newest first when it is left out.</summary>
    [StringLength(500)]
    public string? OrderBy { get; init; }
}

/// <summary>Traces of an experiment by filter and order, page by page.</summary>
internal static class ListTraces
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}/traces", Handle).WithName("ListTraces").Requires(TrackingPermissions.Read, resource: "id");

    private static Page<TraceSummary> Handle(
        string id, [AsParameters] ListTracesRequest request, [AsParameters] PageRequest page, Sessions sessions, ExperimentScope scope)
    {
        var offset = Offset(page.Cursor);
        var query = new TraceQuery(
            FieldRefusal.In("filter", () => FilterParser.Parse(request.Filter, TraceGrammar.Grammar)),
            FieldRefusal.In("orderBy", () => string.IsNullOrWhiteSpace(request.OrderBy) ? [] : new List<Ordering> { FilterParser.ParseOrder(request.OrderBy, TraceGrammar.Grammar) }),
            page.Size,
            offset);
        var found = TraceSearchSql.Read(sessions, session =>
            ExperimentScope.KeyOf(session, scope.Project, id) is null ? throw Refusal.NotFound("experiment", id) : SearchTraces.Search(session, scope, query, [id]));
        return new(
            [.. found.Take(page.Size).Select(TraceView.Summary)],
            found.Count > page.Size ? (offset + page.Size).ToString(CultureInfo.InvariantCulture) : null);
    }

    private static int Offset(string? cursor) =>
        cursor is null ? 0
        : int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset
        : throw Refusal.Invalid("cursor", $"'{cursor}' is no cursor of this list. Pass nextCursor of the page before.");
}
