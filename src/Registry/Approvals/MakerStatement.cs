using Assay.Kernel.Permissions;
using Assay.Registry.Versions;

namespace Assay.Registry.Approvals;

/// <summary>States who brought a version in, signed, so that nobody becomes a stranger to it by a change of a row.</summary>
internal sealed class MakerStatement(IAttestations attestations, Caller caller)
{
    public Task State(ModelVersion version, string? author, CancellationToken cancel) => attestations.Add(
        version.Model, version.Version, Predicates.Registration, Predicates.Write(new RegistrationPredicate(caller.Id, author)), cancel);
}
