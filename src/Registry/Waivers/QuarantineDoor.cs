using Assay.Governance;
using Assay.Kernel.Refusals;
using Assay.Registry.Versions;

namespace Assay.Registry.Waivers;

/// <summary>Hands out files of versions in quarantine only to those who decide on waivers: they must be able to look.</summary>
internal sealed class QuarantineDoor(Quarantine quarantine, IAccess access)
{
    /// <summary>Whether the caller may have the files of a version.</summary>
    public async Task<bool> IsOpen(ModelVersion version, CancellationToken cancel) => await WhyNot(version, cancel) is null;

    /// <exception cref="Refusal">403 with what was found.</exception>
    public async Task Pass(ModelVersion version, CancellationToken cancel)
    {
        if (await WhyNot(version, cancel) is { } reason)
            throw Refusal.Denied($"{reason}. Its files are handed out to those only who hold the permission '{RegistryPermissions.Waive.Name}'.");
    }

    private async Task<string?> WhyNot(ModelVersion version, CancellationToken cancel) =>
        access.May(RegistryPermissions.Waive, version.Model) ? null : await quarantine.WhyNot(version, "download", cancel);
}
