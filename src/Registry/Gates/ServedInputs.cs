using Assay.Inference.Models;
using Assay.Registry.Models;
using Assay.Registry.Versions;

namespace Assay.Registry.Gates;

/// <summary>
/// Whether callers of the version that has the stage now are understood by the candidate. A candidate that nobody asked for
/// must understand them; a person may change what is sent, and the verdict says what callers have to change.
/// </summary>
internal sealed class ServedInputs(VersionBook book, SignedEvaluation signed)
{
    private const string Name = "inputs";
    private const int ChangesShown = 5;

    /// <summary>What was found; null when there is nothing to tell.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="mustStay">Whether the gate is closed to a candidate that asks callers to change.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<GateRuleResult?> Judge(GateCandidate candidate, bool mustStay, CancellationToken cancel)
    {
        if (await Served(candidate, cancel) is not { } served)
            return null;
        var changes = InputChanges.Between(served.Schema, candidate.Version.Schema);
        var whose = $"version {served.Version.Version} in {candidate.Stage.ToLowerInvariant()}";
        if (changes.Count == 0)
            return mustStay ? new(Name, true, $"takes every row that {whose} takes", $"every row that {whose} takes") : null;
        var bound = mustStay ? $"every row that {whose} takes" : $"told, not judged: what callers of {whose} must change";
        return new(Name, !mustStay, Tell(changes), bound) { Callers = changes };
    }

    private async Task<ModelVersionDetail?> Served(GateCandidate candidate, CancellationToken cancel)
    {
        if (candidate.Stage == Stage.Production)
            return candidate.Production;
        var version = await book.Find(candidate.Version.Version.Model, Stage.AliasOf(candidate.Stage), cancel);
        return version is null ? null : await signed.Describe(version, cancel);
    }

    private static string Tell(IReadOnlyList<string> changes) =>
        "callers must " + string.Join("; ", changes.Take(ChangesShown)) + (changes.Count > ChangesShown ? $"; and {changes.Count - ChangesShown} more changes" : "");
}
