using Assay.Governance;
using Assay.Registry.Versions;

namespace Assay.Registry.Approvals;

/// <summary>
/// The statements about a version, and whether they are all there: a rejection that was taken out of the database would
/// leave the approvals standing.
/// </summary>
internal sealed class WholeEvidence(IAttestations attestations, ILedgerMemory memory)
{
    public async Task<(IReadOnlyList<AttestationSummary> Statements, string? Problem)> Of(ModelVersion version, CancellationToken cancel)
    {
        var statements = await attestations.List(version.Model, version.Version, cancel);
        var stated = await memory.Count(ModelAttested.EventType, ModelAttested.SubjectOf(version.Model, version.Version), cancel);
        return (statements, statements.Count == stated
            ? null
            : $"the ledger names {stated} statements about {version.Model} version {version.Version}, and {statements.Count} are there");
    }
}
