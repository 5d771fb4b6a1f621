using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Scorers;

/// <summary>Who may use a scorer: who may use its experiment, and who was given that scorer alone. What is denied on either is not allowed.</summary>
internal static class ScorerAccess
{
    public static bool May(MlflowCall call, ScorerRow scorer) => call.Get<IAccess>().May(Asked(call), NameOf(scorer.ExperimentId, scorer.Name));

    /// <exception cref="Kernel.Refusals.Refusal">403.</exception>
    public static void Demand(MlflowCall call, string experiment, string name) => call.Get<IAccess>().Demand(Asked(call), NameOf(experiment, name));

    private static string NameOf(string experiment, string name) => $"{experiment}/{name}";

    // What the route asks for, on this kind of resource.
    private static Permission Asked(MlflowCall call) => call.Scope.Permission with { Kind = TrackingPermissions.Scorers };
}
