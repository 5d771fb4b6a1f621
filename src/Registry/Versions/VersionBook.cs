using System.Globalization;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Registry.Gates;
using Assay.Registry.Models;
using Assay.Registry.Retention;
using Assay.Registry.Scans;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Versions;

/// <summary>Finds versions of the current project and says what is known of them.</summary>
internal sealed class VersionBook(AssayDb db)
{
    private const int AttestationsShown = 100;

    /// <summary>The version of that number, alias or stage; null when there is none.</summary>
    public async Task<ModelVersion?> Find(string model, string versionOrAlias, CancellationToken cancel)
    {
        var versions = db.ModelVersions.Where(version => version.Model == model && version.WithdrawnAt == null).OrderByDescending(version => version.Version);
        if (int.TryParse(versionOrAlias, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return await db.ModelVersions.SingleOrDefaultAsync(version => version.Model == model && version.Version == number, cancel);

        var name = versionOrAlias.ToLowerInvariant();
        var alias = await db.ModelAliases
            .Where(row => row.Model == model && (row.Alias == versionOrAlias || row.Alias == name))
            .OrderByDescending(row => row.Alias == versionOrAlias).FirstOrDefaultAsync(cancel);
        if (alias is not null)
            return await versions.SingleAsync(version => version.Version == alias.Version, cancel);
        if (Stage.Find(versionOrAlias) is { } stage)
            return await versions.FirstOrDefaultAsync(version => version.Stage == stage, cancel);
        return name == "latest" ? await versions.FirstOrDefaultAsync(cancel) : null;
    }

    /// <summary>The same, or a refusal that says what there is not.</summary>
    public async Task<ModelVersion> Get(string model, string versionOrAlias, CancellationToken cancel)
    {
        if (await Find(model, versionOrAlias, cancel) is { } version)
            return version;
        if (int.TryParse(versionOrAlias, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && await FindDeleted(model, number, cancel) is { } deleted)
            throw Refusal.Deleted($"{model} version {number} was deleted at {deleted.DeletedAt:u}. Its tombstone says by whom and why; its digest was {deleted.Digest}.");
        throw await db.Models.AnyAsync(row => row.Name == model, cancel)
            ? Refusal.NotFound("model version", $"{model}@{versionOrAlias}")
            : Refusal.NotFound("model", model);
    }

    /// <summary>What is left of a version that was deleted; null when it was not.</summary>
    public Task<DeletedVersion?> FindDeleted(string model, int version, CancellationToken cancel) =>
        db.DeletedVersions.AsNoTracking().SingleOrDefaultAsync(row => row.Model == model && row.Version == version, cancel);

    public async Task<ModelVersionDetail> Describe(ModelVersion version, CancellationToken cancel)
    {
        var gate = await db.Verdicts
            .Where(verdict => verdict.Model == version.Model && verdict.Version == version.Version)
            .OrderByDescending(verdict => verdict.Id)
            .FirstOrDefaultAsync(cancel);
        var attestations = await db.Attestations
            .Where(attestation => attestation.Model == version.Model && attestation.Version == version.Version)
            .OrderByDescending(attestation => attestation.Id)
            .Take(AttestationsShown)
            .ToListAsync(cancel);
        return new(
            (await Summarize([version], cancel))[0],
            Read<ModelSchema>(version.SchemaJson),
            Files(version),
            Read<JsonElement>(version.EvaluationJson),
            gate?.ToVerdict(),
            [.. attestations.Select(attestation => attestation.ToSummary())]);
    }

    public async Task<List<ModelVersionSummary>> Summarize(IReadOnlyCollection<ModelVersion> versions, CancellationToken cancel)
    {
        var models = versions.Select(version => version.Model).Distinct().ToList();
        var aliases = await db.ModelAliases.Where(alias => models.Contains(alias.Model)).ToListAsync(cancel);
        var scans = await ScanBook.Newest(db, versions, cancel);
        return [.. versions.Select(version => new ModelVersionSummary(
            version.Model,
            version.Version,
            version.Digest,
            version.Format,
            version.Stage,
            [.. aliases.Where(alias => alias.Model == version.Model && alias.Version == version.Version).Select(alias => alias.Alias).Order(StringComparer.Ordinal)],
            Read<Dictionary<string, double>>(version.MetricsJson),
            version.RunId,
            version.Dataset,
            version.DatasetDigest,
            version.CreatedAt,
            Signed: Files(version).Any(file => file.Path == PackageFiles.Signature),
            ScanPassed: scans.TryGetValue((version.Model, version.Version), out var passed) ? passed : null))];
    }

    public static List<PackageFile> Files(ModelVersion version) => Read<List<PackageFile>>(version.FilesJson);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, AssayJson.Options)!;
}
