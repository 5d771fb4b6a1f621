using System.ComponentModel.DataAnnotations;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Microsoft.Extensions.Options;

namespace Assay.Tracking.Purging;

/// <summary>What is to go for good.</summary>
public sealed record PurgeRunsRequest
{
    /// <summary>How many days ago it was deleted at least, 0 to 36,500; <c>Tracking:KeepDeletedDays</c> when left out.</summary>
    [Range(0, 36_500)]
    public int? OlderThanDays { get; init; }

    /// <summary>Whether it is only said what would go.</summary>
    public bool DryRun { get; init; }

    /// <summary>Things to look at in this step, 1 to 500; 100 when left out.</summary>
    [Range(1, 500)]
    public int? Limit { get; init; }

    /// <summary><c>nextCursor</c> of the step before; left out in the first.</summary>
    [StringLength(100)]
    public string? Cursor { get; init; }
}

/// <summary>Takes deleted runs, logged models and experiments away for good, step by step; what a registered version comes from stays.</summary>
internal static class PurgeRuns
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/purge", Handle).WithName("PurgeRuns").Requires(TrackingPermissions.Purge);

    private static Task<Page<PurgeItem>> Handle(
        PurgeRunsRequest request, Purge purge, IOptions<PurgeOptions> options, TimeProvider clock, CancellationToken cancel)
    {
        var before = clock.GetUtcNow() - TimeSpan.FromDays(request.OlderThanDays ?? options.Value.KeepDeletedDays);
        return purge.Next(before, request.Cursor, request.Limit ?? 100, request.DryRun, cancel);
    }
}
