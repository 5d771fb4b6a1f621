using System.ComponentModel.DataAnnotations;
using Assay.Kernel;
using Assay.Kernel.Permissions;

namespace Assay.Serving.PredictionLog.Policies;

/// <summary>What an endpoint's prediction log shall keep. What is left out of the request gets the installation's default.</summary>
/// <param name="Enabled">Whether calls are logged.</param>
/// <param name="KeepDays">Days after which they are deleted, 1 to 3,650.</param>
/// <param name="LeaveOut">Names of inputs that are not kept.</param>
/// <param name="Hash">Names of inputs that are kept as hashes, by which equal values are told and nothing else.</param>
public sealed record PutLogPolicyRequest(
    bool? Enabled = null,
    [Range(1, LogPolicyLimits.DaysMax)] int? KeepDays = null,
    [MaxLength(LogPolicyLimits.MaskedMax)] IReadOnlyList<string>? LeaveOut = null,
    [MaxLength(LogPolicyLimits.MaskedMax)] IReadOnlyList<string>? Hash = null);

internal static class PutLogPolicy
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPut("/{name}/prediction-log", Handle).WithName("PutPredictionLog").Requires(ServingPermissions.Write, resource: "name");

    private static async Task<LogSummary> Handle(string name, PutLogPolicyRequest request, PolicyChange change, LogStatus status, CancellationToken cancel)
    {
        await change.Make(name, request, cancel);
        return status.Of(name);
    }
}
