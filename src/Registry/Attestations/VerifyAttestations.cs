using Assay.Kernel.Permissions;
using Assay.Registry.Versions;

namespace Assay.Registry.Attestations;

/// <summary>Checks every statement about a version: who signed it, what it is about, and what kind it is.</summary>
internal static class VerifyAttestations
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{name}/versions/{version}/attestations/verify", Handle).WithName("VerifyAttestations").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<IReadOnlyList<AttestationReport>> Handle(
        string name, string version, VersionBook versions, IAttestations attestations, CancellationToken cancel)
    {
        var about = await versions.Get(name, version, cancel);
        var reports = new List<AttestationReport>();
        foreach (var attestation in await attestations.List(name, about.Version, cancel))
            reports.Add(await attestations.Verify(name, about.Version, attestation.Id, cancel));
        return reports;
    }
}
