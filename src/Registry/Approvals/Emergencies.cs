using System.Text.Json;
using Assay.Kernel;
using Assay.Registry.Versions;

namespace Assay.Registry.Approvals;

/// <summary>What a signed statement says of an emergency.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Person">Who broke the glass.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When.</param>
/// <param name="Until">From when on it counts no more.</param>
internal sealed record BreakGlassPredicate(string Id, string Stage, string Person, string Reason, DateTimeOffset At, DateTimeOffset Until);

/// <summary>Finds emergencies by their signed statements.</summary>
internal sealed class Emergencies(IAttestations attestations)
{
    /// <summary>The emergency that leads a version past the human rules of a stage at a moment; null when there is none.</summary>
    public async Task<BreakGlassPredicate?> Open(ModelVersion version, string stage, DateTimeOffset at, CancellationToken cancel)
    {
        foreach (var statement in await attestations.List(version.Model, version.Version, cancel))
        {
            if (statement.PredicateType != Predicates.BreakGlass)
                continue;
            try
            {
                var opened = await attestations.Open(version.Model, version.Version, statement.Id, cancel);
                var predicate = opened.Predicate.Deserialize<BreakGlassPredicate>(AssayJson.Options)!;
                if (predicate.Stage == stage && predicate.At <= at && at < predicate.Until)
                    return predicate;
            }
            catch (TamperedAttestationException)
            {
                // A statement that does not hold opens nothing.
            }
        }

        return null;
    }
}
