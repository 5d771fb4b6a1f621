using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Serving.Endpoints;
using Assay.Serving.PredictionLog.Spill;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.PredictionLog.Policies;

/// <summary>What an endpoint's prediction log keeps, and how it stands.</summary>
/// <param name="Enabled">Whether calls are logged.</param>
/// <param name="KeepDays">Days after which they are deleted.</param>
/// <param name="LeaveOut">Inputs that are not kept.</param>
/// <param name="Hash">Inputs that are kept as hashes.</param>
/// <param name="PendingCalls">Calls that are logged and in no file yet.</param>
public sealed record LogSummary(bool Enabled, int KeepDays, IReadOnlyList<string> LeaveOut, IReadOnlyList<string> Hash, long PendingCalls);

internal static class ShowLogPolicy
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/prediction-log", Handle).WithName("ShowPredictionLog").Requires(ServingPermissions.Read, resource: "name");

    private static async Task<LogSummary> Handle(string name, AssayDb db, LogStatus status, CancellationToken cancel) =>
        await db.Endpoints.AnyAsync(row => row.Name == name, cancel) ? status.Of(name) : throw Refusal.NotFound("endpoint", name);
}

/// <summary>How the log of an endpoint of the request's project stands.</summary>
internal sealed class LogStatus(LivePolicies policies, OpenSegments segments, ProjectScope project)
{
    public LogSummary Of(string endpoint)
    {
        var policy = policies.Of(project.Name!, endpoint);
        return new(
            policy.Enabled, policy.KeepDays, policy.LeftOut, policy.Hashed,
            segments.Of(project.Name!, endpoint).Sum(segment => segment.Calls));
    }
}
