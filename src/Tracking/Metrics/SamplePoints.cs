using System.ComponentModel.DataAnnotations;
using Assay.Kernel.Permissions;
using Assay.Tracking.Experiments;
using Assay.Tracking.Store;

namespace Assay.Tracking.Metrics;

/// <summary>What a chart shows; bound from the query string.</summary>
public sealed record SampleRequest
{
    /// <summary>Name of the metric.</summary>
    [Required]
    [StringLength(Names.LengthMax)]
    public required string Key { get; init; }

    /// <summary>Ids of the runs, 1 to 100; those that are not there are left out of the answer.</summary>
    [Required]
    [MinLength(1)]
    [MaxLength(GetHistoryBulk.RunsMax)]
    public required string[] Run { get; init; }

    /// <summary>Steps to choose among those that any of the runs has, 1 to 2,500; 500 when left out.</summary>
    [Range(1, GetHistoryInterval.PointsMax)]
    public int? Points { get; init; }

    /// <summary>The first step; from the beginning when left out.</summary>
    public long? From { get; init; }

    /// <summary>The last step; up to the end when left out.</summary>
    public long? To { get; init; }
}

/// <summary>The chosen points of one run.</summary>
public sealed record SampledHistory(string RunId, IReadOnlyList<MetricSample> Points);

/// <summary>Points of one metric of several runs for a chart: evenly spaced steps, with the first and last of each run.</summary>
internal static class SamplePoints
{
    private const int PointsDefault = 500;

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/sampled", Handle).WithName("SamplePoints").RequiresOnAny(TrackingPermissions.Read);

    private static List<SampledHistory> Handle([AsParameters] SampleRequest request, Sessions sessions, ExperimentScope scope)
    {
        var found = sessions.Read(session => GetHistoryInterval.Sample(
            session, scope, request.Run, request.Key, request.Points ?? PointsDefault, (request.From ?? long.MinValue, request.To ?? long.MaxValue)));
        var histories = new List<SampledHistory>();
        foreach (var (id, points) in found)
        {
            using (points)
            {
                if (points.Count > 0)
                    histories.Add(new(id, MetricSample.Of(points)));
            }
        }

        return histories;
    }
}
