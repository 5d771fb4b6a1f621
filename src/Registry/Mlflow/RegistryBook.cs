using Assay.Kernel;
using Assay.Registry.Models;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Mlflow;

/// <summary>Finds models and versions that were not withdrawn, to be changed.</summary>
internal sealed class RegistryBook(AssayDb db)
{
    /// <exception cref="Kernel.Refusals.Refusal">404: there is none.</exception>
    public async Task<RegisteredModel> Model(string name, CancellationToken cancel) =>
        await db.Models.SingleOrDefaultAsync(row => row.Name == name && row.WithdrawnAt == null, cancel) ?? throw RegistryReader.NoModel(name);

    /// <exception cref="Kernel.Refusals.Refusal">404: there is none.</exception>
    public async Task<ModelVersion> Version(string name, int number, CancellationToken cancel) =>
        await db.ModelVersions.SingleOrDefaultAsync(row => row.Model == name && row.Version == number && row.WithdrawnAt == null, cancel)
        ?? throw RegistryReader.NoVersion(name, number);
}
