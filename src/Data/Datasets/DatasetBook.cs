using System.Text.Json;
using Assay.Data.Checks;
using Assay.Data.Reading;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Homes;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Data.Datasets;

/// <summary>A version was stored, profiled and checked.</summary>
internal sealed record DatasetVersionAdded(
    string Dataset, int Version, string Digest, string Format, long SizeBytes, long Rows, int Columns, bool Synthetic,
    int ChecksPassed, int ChecksFailed)
    : LedgerEvent("dataset.version-added", $"dataset:{Dataset}@{Version}");

/// <summary>What adding a version needs besides the database.</summary>
internal sealed record DatasetStores(AssayHome Home, IBlobs Blobs, Inspector Inspector, SampleRows Samples, TimeProvider Clock);

/// <summary>The datasets of the current project.</summary>
internal sealed class DatasetBook(AssayDb db, ILedger ledger, DatasetStores stores) : IDatasets
{
    public async Task<DatasetVersionDetail?> Find(string name, int? version, CancellationToken cancel)
    {
        var row = await db.DatasetVersions.AsNoTracking().Where(row => row.Dataset == name && (version == null || row.Version == version))
            .OrderByDescending(row => row.Version).FirstOrDefaultAsync(cancel);
        return row is null ? null : Detail(row);
    }

    public async Task<Stream> Open(string name, int version, CancellationToken cancel)
    {
        var digest = await db.DatasetVersions.Where(row => row.Dataset == name && row.Version == version)
            .Select(row => row.Digest).SingleOrDefaultAsync(cancel) ?? throw NotFound(name, version);
        return await stores.Blobs.Open(Digest.Parse(digest), cancel);
    }

    public async Task<SampledRows?> Sample(string name, int version, IReadOnlyList<string> columns, int count, CancellationToken cancel)
    {
        if (await Find(name, version, cancel) is not { } found)
            return null;
        try
        {
            await using var content = await Open(name, version, cancel);
            return await stores.Samples.Draw(found, content, columns, count, cancel);
        }
        catch (FileNotFoundException)   // what is old may be deleted, by hand as well
        {
            return null;
        }
    }

    public async Task<DatasetVersionDetail> Add(string name, Stream content, string format, bool synthetic, CancellationToken cancel) =>
        (await AddOrFind(name, content, format, synthetic, cancel)).Version;

    public async Task<DatasetVersionDetail> Add(
        string name, Stream content, string format, bool synthetic, Action<DatasetVersionSummary> alongside, CancellationToken cancel) =>
        (await AddOrFind(name, content, (format, synthetic), alongside, cancel)).Version;

    /// <summary>Adds a version, and says whether it is a new one.</summary>
    public Task<(DatasetVersionDetail Version, bool IsNew)> AddOrFind(
        string name, Stream content, string format, bool synthetic, CancellationToken cancel) =>
        AddOrFind(name, content, (format, synthetic), static _ => { }, cancel);

    private async Task<(DatasetVersionDetail Version, bool IsNew)> AddOrFind(
        string name, Stream content, (string Format, bool Synthetic) given, Action<DatasetVersionSummary> alongside, CancellationToken cancel)
    {
        var format = given.Format;
        DatasetName.Check(name);
        if (!TableFormats.IsKnown(format))
            throw Refusal.Invalid("format", $"The format '{format}' is not known; use csv or parquet.");

        using var file = await ReceivedFile.From(content, stores.Home, cancel);
        var dataset = await db.Datasets.SingleOrDefaultAsync(row => row.Name == name, cancel);
        var newest = dataset is null ? null : await Find(name, dataset.LatestVersion, cancel);
        if (newest?.Version.Digest == file.Digest.ToString() && newest.Version.Format == format)
            return (newest, false);

        var rules = dataset is null ? null : ReadRules(dataset);
        var found = await stores.Inspector.Inspect(file.Path, format, file.Folder, rules, cancel);
        await using (var bytes = file.Open())
            await stores.Blobs.Put(bytes, cancel);

        if (dataset is null)
        {
            dataset = new() { Name = name, CreatedAt = stores.Clock.GetUtcNow(), Rules = Json(found.Rules) };
            db.Datasets.Add(dataset);
        }

        dataset.LatestVersion++;
        var version = NewVersion(dataset, file, found, given);
        db.DatasetVersions.Add(version);
        ledger.Append(new DatasetVersionAdded(
            name, version.Version, version.Digest, format, version.SizeBytes, version.Rows, version.Columns, given.Synthetic,
            version.ChecksPassed, version.ChecksFailed));
        alongside(Summary(version));
        await Save(name, version.Version, cancel);
        return (Detail(version), true);
    }

    /// <summary>The rules of a dataset.</summary>
    public static IReadOnlyList<Rule> ReadRules(Dataset dataset) => Read<Rule>(dataset.Rules);

    /// <summary>The refusal of a version that is not there.</summary>
    public static Refusal NotFound(string name, int? version) =>
        Refusal.NotFound("dataset", version is null ? name : $"{name}@{version}");

    private DatasetVersion NewVersion(Dataset dataset, ReceivedFile file, Inspection found, (string Format, bool Synthetic) given) => new()
    {
        Dataset = dataset.Name,
        Version = dataset.LatestVersion,
        Digest = file.Digest.ToString(),
        Format = given.Format,
        SizeBytes = file.SizeBytes,
        Rows = found.Rows,
        Columns = found.Profile.Count,
        CreatedAt = stores.Clock.GetUtcNow(),
        Synthetic = given.Synthetic,
        ChecksPassed = found.Checks.Count(check => check.Passed),
        ChecksFailed = found.Checks.Count(check => !check.Passed),
        Profile = Json(found.Profile),
        Checks = Json(found.Checks),
    };

    private async Task Save(string name, int version, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException) when (IsTaken(name, version))   // somebody added the same number first
        {
            throw Refusal.Conflict($"Another version of '{name}' was added at the same moment; send this one again.");
        }
    }

    private bool IsTaken(string name, int version) =>
        db.DatasetVersions.AsNoTracking().Any(row => row.Dataset == name && row.Version == version);

    private static DatasetVersionDetail Detail(DatasetVersion row) =>
        new(Summary(row), Read<ColumnProfile>(row.Profile), Read<RuleResult>(row.Checks));

    private static readonly Func<DatasetVersion, DatasetVersionSummary> Summary = DatasetVersion.ToSummary.Compile();

    private static string Json<T>(IReadOnlyList<T> document) => JsonSerializer.Serialize(document, AssayJson.Options);

    private static List<T> Read<T>(string json) => JsonSerializer.Deserialize<List<T>>(json, AssayJson.Options)!;
}
