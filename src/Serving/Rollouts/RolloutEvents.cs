using Assay.Governance;
using Assay.Serving.Rollouts.Plans;

namespace Assay.Serving.Rollouts;

/// <summary>Candidates get a part of an endpoint's requests from now on.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Rollout">Id of the roll-out.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="StableVersion">The version that answers the rest.</param>
/// <param name="Candidates">Versions that are tried, with their digests.</param>
/// <param name="WeightPercent">The candidates' share.</param>
/// <param name="Plan">What was planned.</param>
public sealed record RolloutStarted(
    string Endpoint, string Rollout, string Model, int StableVersion, IReadOnlyList<RolloutArm> Candidates, int WeightPercent, RolloutPlan Plan)
    : LedgerEvent("rollout.started", $"endpoint:{Endpoint}");

/// <summary>The next step began.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Rollout">Id of the roll-out.</param>
/// <param name="Step">The step that began, from 1.</param>
/// <param name="WeightPercent">The candidates' share from now on.</param>
/// <param name="Figures">What the arms did in the step before.</param>
/// <param name="Reason">Why, where somebody ended the step and said so.</param>
public sealed record RolloutStepped(
    string Endpoint, string Rollout, int Step, int WeightPercent, IReadOnlyList<RolloutArmFigures> Figures, string? Reason = null)
    : LedgerEvent("rollout.step", $"endpoint:{Endpoint}");

/// <summary>A step lasts longer than planned, because a rule could not be judged.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Rollout">Id of the roll-out.</param>
/// <param name="Step">Which step, from 1.</param>
/// <param name="Reason">Which rule, and what it lacks.</param>
public sealed record RolloutHeld(string Endpoint, string Rollout, int Step, string Reason) : LedgerEvent("rollout.held", $"endpoint:{Endpoint}");

/// <summary>Its clock stands still.</summary>
public sealed record RolloutPaused(string Endpoint, string Rollout, int Step, string? Reason = null) : LedgerEvent("rollout.paused", $"endpoint:{Endpoint}");

/// <summary>Its clock goes on.</summary>
public sealed record RolloutResumed(string Endpoint, string Rollout, int Step, string? Reason = null) : LedgerEvent("rollout.resumed", $"endpoint:{Endpoint}");

/// <summary>A candidate took over.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Rollout">Id of the roll-out.</param>
/// <param name="Arm">The arm that took over.</param>
/// <param name="Version">Its version.</param>
/// <param name="Digest">Root digest of its package.</param>
/// <param name="Figures">What the arms did in the last step.</param>
/// <param name="Reason">Why, where somebody promoted it and said so.</param>
public sealed record RolloutPromoted(
    string Endpoint, string Rollout, string Arm, int Version, string Digest, IReadOnlyList<RolloutArmFigures> Figures, string? Reason = null)
    : LedgerEvent("rollout.promoted", $"endpoint:{Endpoint}");

/// <summary>The stable version answers alone again, because a rule was breached or a candidate may not be served.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Rollout">Id of the roll-out.</param>
/// <param name="Step">In which step, from 1.</param>
/// <param name="Reason">What was breached, with its figures.</param>
/// <param name="Figures">What the arms did in the step.</param>
public sealed record RolloutRolledBack(string Endpoint, string Rollout, int Step, string Reason, IReadOnlyList<RolloutArmFigures> Figures)
    : LedgerEvent("rollout.rolled-back", $"endpoint:{Endpoint}");

/// <summary>The stable version answers alone again, because somebody ended it or a newer version came.</summary>
public sealed record RolloutAborted(string Endpoint, string Rollout, int Step, string Reason, IReadOnlyList<RolloutArmFigures> Figures)
    : LedgerEvent("rollout.aborted", $"endpoint:{Endpoint}");
