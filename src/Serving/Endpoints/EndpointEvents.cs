using Assay.Governance;
using Assay.Serving.Limits;
using Assay.Serving.Rollouts.Plans;

namespace Assay.Serving.Endpoints;

/// <summary>An endpoint answers with this version from now on.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Number of the version.</param>
/// <param name="Digest">Root digest of the package that was verified and loaded.</param>
/// <param name="Target">Number, alias or stage by which the version was chosen.</param>
/// <param name="Former">The version that it replaced; null when there was none, or one of another model.</param>
public sealed record EndpointDeployed(string Endpoint, string Model, int Version, string Digest, string Target, int? Former)
    : LedgerEvent("endpoint.deployed", $"endpoint:{Endpoint}");

/// <summary>A version could not be loaded. The endpoint goes on with the one that it had, if it had one.</summary>
public sealed record EndpointLoadFailed(string Endpoint, string Model, string Target, string Problem)
    : LedgerEvent("endpoint.load-failed", $"endpoint:{Endpoint}");

/// <summary>A version may not be served there: it did not come through the gate, or what let it in does not hold any more.</summary>
public sealed record DeploymentRefused(string Endpoint, string Model, int Version, string Digest, string Target, string Problem)
    : LedgerEvent("endpoint.deployment-refused", $"endpoint:{Endpoint}");

/// <summary>Promotions come to an endpoint another way from now on.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Plan">By this roll-out; null for at once.</param>
public sealed record EndpointPolicyChanged(string Endpoint, RolloutPlan? Plan)
    : LedgerEvent("endpoint.policy-changed", $"endpoint:{Endpoint}");

/// <summary>The program of a model ended, or was stopped, and is started again.</summary>
public sealed record EndpointModelStopped(string Endpoint, string Model, int Version, string Digest, string Problem)
    : LedgerEvent("endpoint.model-stopped", $"endpoint:{Endpoint}");

/// <summary>An endpoint was removed.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">The version that answered.</param>
/// <param name="Target">Number, alias or stage by which it was chosen.</param>
/// <param name="Limits">What it let through; null for everything.</param>
/// <param name="Plan">How promotions came to it; null for at once.</param>
public sealed record EndpointDeleted(
    string Endpoint, string Model, int Version, string? Target = null, EndpointLimits? Limits = null, RolloutPlan? Plan = null)
    : LedgerEvent(EventType, $"endpoint:{Endpoint}")
{
    internal const string EventType = "endpoint.deleted";
}
