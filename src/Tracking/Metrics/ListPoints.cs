using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking.Metrics;

/// <summary>A point of a metric's history.</summary>
/// <param name="Step">Position: an epoch, a fold.</param>
/// <param name="AtMilliseconds">Milliseconds since 1970, as the client says.</param>
/// <param name="Value">Null for NaN, which JSON can't say; an infinity is the largest finite number of its sign.</param>
public sealed record MetricSample(long Step, long AtMilliseconds, double? Value)
{
    internal static List<MetricSample> Of(HistoryPoints points)
    {
        var samples = new List<MetricSample>(points.Count);
        foreach (var point in points.Take(points.Count))
            samples.Add(new(point.Step, point.At, double.IsFinite(point.Value) ? point.Value : null));
        return samples;
    }
}

/// <summary>All points of one metric of a run, by step, then time, page by page.</summary>
internal static class ListPoints
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}/points", Handle).WithName("ListPoints").RequiresOnAny(TrackingPermissions.Read);

    private static Page<MetricSample> Handle(string id, [Required] string key, [AsParameters] PageRequest page, Sessions sessions, ExperimentScope scope)
    {
        var offset = 0;
        if (page.Cursor is not null && !int.TryParse(page.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out offset))
            throw Refusal.Invalid("cursor", $"'{page.Cursor}' is no cursor of this list. Pass nextCursor of the page before.");
        using var points = sessions.Read(session =>
        {
            var run = RunReader.TryFind(session, scope, id) ?? throw Refusal.NotFound("run", id);
            return HistoryReader.Read(session, run.Key, key, page.Size + 1, offset);
        });
        return page.Of(MetricSample.Of(points), _ => (offset + page.Size).ToString(CultureInfo.InvariantCulture));
    }
}
