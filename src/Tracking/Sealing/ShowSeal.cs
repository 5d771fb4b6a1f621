using System.Text.Json;
using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Tracking.Sealing;

/// <summary>Reads a run anew and compares it with its seal.</summary>
internal static class ShowSeal
{
    private static readonly Statement Find = new("""
        SELECT s.digest, s.sealed_at, s.times, u.run_key FROM tracking_runs r
        LEFT JOIN tracking_seals s ON s.run_id = r.id AND s.project = r.project LEFT JOIN tracking_unsealed u ON u.run_key = r.key
        WHERE r.id = @p0 AND r.project = @p1
        """);

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}/seal", Handle).WithName("ShowRunSeal").RequiresOnAny(TrackingPermissions.Read);

    private static Ok<SealSummary> Handle(string id, Sessions sessions, ExperimentScope scope) =>
        TypedResults.Ok(sessions.Read(session => session.InSnapshot(() => Read(session, scope, id))));

    private static SealSummary Read(Session session, ExperimentScope scope, string id)
    {
        var run = RunReader.TryFind(session, scope, id) ?? throw Refusal.NotFound("run", id);
        RunReader.Complete(session, [run]);
        var (document, digest) = SealedContent.Read(session, scope.Project, run);
        var content = JsonDocument.Parse(document).RootElement;
        using var reader = session.With(Find, id, scope.Project).ExecuteReader();
        reader.Read();
        if (reader.IsDBNull(0))
            return new(run.IsOver ? SealState.Waiting : SealState.Open, digest, null, null, 0, content);
        var seal = reader.GetString(0);
        var state = !reader.IsDBNull(3) ? SealState.Waiting : seal == digest ? SealState.Sealed : SealState.Broken;
        return new(state, digest, seal, DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)), reader.GetInt32(2), content);
    }
}
