using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Versions;

namespace Assay.Registry.Waivers;

/// <summary>A granted waiver as its statement has it, and whether it was taken back by another statement.</summary>
internal sealed record GrantedWaiver(AttestationSummary Statement, WaiverPredicate Predicate, bool Revoked);

/// <summary>Reads waivers from their signed statements, and misses those that were taken away.</summary>
internal sealed class WaiverReader(IAttestations attestations, ILedgerMemory memory)
{
    /// <summary>Every waiver that was granted, oldest first; or why that can't be told.</summary>
    public async Task<(IReadOnlyList<GrantedWaiver> Granted, string? Problem)> Read(ModelVersion version, CancellationToken cancel)
    {
        var statements = (await attestations.List(version.Model, version.Version, cancel)).Where(row => row.PredicateType == Predicates.Waiver).ToList();
        var stated = await memory.Count(WaiverDecided.EventType, WaiverAsked.SubjectOf(version.Model, version.Version), cancel);
        if (stated != statements.Count)
            return ([], $"the ledger names {stated} decisions on waivers of {version.Model} version {version.Version}, and {statements.Count} are there");

        var decisions = new List<(AttestationSummary Statement, WaiverPredicate Predicate)>();
        foreach (var statement in statements)
        {
            try
            {
                var opened = await attestations.Open(version.Model, version.Version, statement.Id, cancel);
                decisions.Add((statement, opened.Predicate.Deserialize<WaiverPredicate>(AssayJson.Options)!));
            }
            catch (TamperedAttestationException problem)
            {
                return ([], problem.Message);   // it may have been the one that revokes
            }
        }

        var revoked = decisions.Where(decision => decision.Predicate.Decision == WaiverPredicate.Revoked).Select(decision => decision.Predicate.Id).ToHashSet();
        return (
            [.. decisions.Where(decision => decision.Predicate.Decision == WaiverPredicate.Granted)
                .Select(decision => new GrantedWaiver(decision.Statement, decision.Predicate, revoked.Contains(decision.Predicate.Id)))],
            null);
    }
}
