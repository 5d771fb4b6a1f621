using System.Globalization;
using Assay.Registry.Gates;
using Assay.Registry.Packages;
using Assay.Registry.Versions;

namespace Assay.Registry;

/// <summary>The module's door.</summary>
internal sealed class ModelBook(VersionBook book, Registration registration, Promotion promotion, PackageReader packages) : IModels
{
    public async Task<ModelVersionDetail> Register(NewVersion version, string packageFolder, CancellationToken cancel) =>
        await book.Describe(await registration.Register(version, packageFolder, cancel), cancel);

    public async Task<ModelVersionDetail?> Find(string name, string versionOrAlias, CancellationToken cancel) =>
        await book.Find(name, versionOrAlias, cancel) is { } version ? await book.Describe(version, cancel) : null;

    public Task<GateVerdict> Promote(string name, int version, string stage, CancellationToken cancel) =>
        promotion.Promote(name, version, stage, requireBetter: false, cancel);

    public Task<GateVerdict> PromoteIfBetter(string name, int version, string stage, CancellationToken cancel) =>
        promotion.Promote(name, version, stage, requireBetter: true, cancel);

    public async Task<VerifiedPackage> Open(string name, string versionOrAlias, CancellationToken cancel) =>
        await packages.Open(await book.Get(name, versionOrAlias, cancel), cancel);
}
