using System.ComponentModel.DataAnnotations;
using Assay.Kernel.Permissions;
using Assay.Tracking.Experiments;
using Assay.Tracking.Scorers;
using Assay.Tracking.Store;
using Assay.Tracking.Traces;

namespace Assay.Tracking.Importing;

/// <summary>A version of a scorer of another MLflow server.</summary>
/// <param name="Name">The scorer's name.</param>
/// <param name="Version">From 1 on, as there.</param>
/// <param name="ScorerId">The scorer's id there; the one that it has here, if it has versions here, stays.</param>
/// <param name="CreatedAtMilliseconds">When it was registered, in milliseconds since 1970.</param>
/// <param name="Content">What its client wrote down.</param>
public sealed record ImportScorerRequest(
    [Required, StringLength(250, MinimumLength = 1)] string Name,
    [Range(1, int.MaxValue)] long Version,
    [Required(AllowEmptyStrings = true), StringLength(36)] string ScorerId,
    [Range(0, 253_402_300_799_999)] long CreatedAtMilliseconds,
    [Required, StringLength(1_000_000, MinimumLength = 1)] string Content);

/// <summary>A version of a scorer as it is here.</summary>
/// <param name="Name">The scorer's name.</param>
/// <param name="Version">As at the source.</param>
/// <param name="ScorerId">The scorer's id here.</param>
public sealed record ImportedScorer(string Name, long Version, string ScorerId);

/// <summary>Takes a version of a scorer over under its number. The same request again changes nothing.</summary>
internal static class ImportScorer
{
    public static void Map(RouteGroupBuilder experiments) =>
        experiments.MapPost("/{id}/scorers", Handle).WithName("ImportScorer").Requires(TrackingPermissions.Write, resource: "id");

    private static async Task<ImportedScorer> Handle(
        string id, ImportScorerRequest request, Sessions sessions, ScorerBook book, ExperimentScope scope, CancellationToken cancel)
    {
        sessions.Read(session => TraceWrites.FindIn(session, scope, id));
        var kept = await book.Import(new(id, TraceFields.Kept(request.Name), request.Version, request.ScorerId, request.CreatedAtMilliseconds, TraceFields.Kept(request.Content)), cancel);
        return new(kept.Name, kept.Version, kept.ScorerId);
    }
}
