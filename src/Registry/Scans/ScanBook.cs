using System.Text.Json;
using Assay.Governance;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Refusals;
using Assay.Registry.Attestations;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Scans;

/// <summary>Keeps the scans of versions: as a row, as a signed statement about the version's digest, and in the ledger.</summary>
internal sealed class ScanBook(
    AssayDb db, ILedger ledger, ILedgerMemory memory, IAttestations attestations, Scanner scanner, IBlobs blobs, TimeProvider clock)
{
    private const int FindingsStatedMax = 200;
    private const int BlockingNamedMax = 100;
    private const string Another = "the kept scan is not the one that was signed";

    public Task<ScanReport> ScanFolder(string folder, CancellationToken cancel) => scanner.ScanFolder(folder, cancel);

    /// <summary>Scans the files of a version as they are stored.</summary>
    /// <exception cref="Refusal">One of them can't be read.</exception>
    public async Task<ScanReport> ScanStored(ModelVersion version, CancellationToken cancel)
    {
        try
        {
            return await scanner.Scan(
                VersionBook.Files(version).Select(file => (file.Path, (Func<Task<Stream>>)(() => blobs.Open(Digest.Parse(file.Digest), cancel)))), cancel);
        }
        catch (IOException problem) when (problem is DamagedBlobException or FileNotFoundException)
        {
            throw Refusal.Conflict($"The files of {version.Model} version {version.Version} can't be read: {problem.Message}");
        }
    }

    /// <summary>Adds a scan of these files to the changes of the current scope.</summary>
    /// <exception cref="Refusal">Other files were scanned than those that the version has.</exception>
    public async Task Add(ModelVersion version, ScanReport report, CancellationToken cancel)
    {
        CheckSameFiles(version, report);
        var now = clock.GetUtcNow();
        db.ModelScans.Add(new ModelScan
        {
            Id = Guid.CreateVersion7().ToString("N"),
            Model = version.Model,
            Version = version.Version,
            Digest = version.Digest,
            Passed = report.Passed,
            RulesDigest = report.RulesDigest,
            ReportJson = JsonSerializer.Serialize(report, AssayJson.Options),
            At = now,
        });
        ledger.Append(new ModelScanned(
            version.Model,
            version.Version,
            version.Digest,
            report.Passed,
            [.. report.Findings.Where(finding => finding.Blocks).Select(finding => finding.Id).Take(BlockingNamedMax)],
            report.Scanner,
            report.RulesDigest));
        await attestations.Add(version.Model, version.Version, Predicates.Scan, Predicate(report, now).ToJson(), cancel);
    }

    /// <summary>The newest scan of a version; null when there is none.</summary>
    public async Task<ModelScan?> Newest(string model, int version, CancellationToken cancel) => await db.ModelScans
        .Where(scan => scan.Model == model && scan.Version == version)
        .OrderByDescending(scan => scan.Id)
        .FirstOrDefaultAsync(cancel);

    /// <summary>
    /// The newest scan of a version's files as it was signed; or why there is none that holds. The kept row must say the same,
    /// and the ledger must know of no other scan: whoever takes the newest away does not bring back the one before.
    /// </summary>
    public async Task<(StatedScan? Scan, string? Problem)> Stated(ModelVersion version, CancellationToken cancel)
    {
        if (await Newest(version.Model, version.Version, cancel) is not { } row || row.Digest != version.Digest)
            return (null, "the version was never scanned");
        var statements = (await attestations.List(version.Model, version.Version, cancel)).Where(each => each.PredicateType == Predicates.Scan).ToList();
        var stated = await memory.Count(ModelScanned.EventType, ModelScanned.SubjectOf(version.Model, version.Version), cancel);
        if (statements.Count == 0 || statements.Count != stated)
            return (null, $"the ledger names {stated} scans, and {statements.Count} signed ones are there");
        try
        {
            var opened = await attestations.Open(version.Model, version.Version, statements[^1].Id, cancel);
            var predicate = opened.Predicate.Deserialize<ScanPredicate>(AssayJson.Options)!;
            var report = row.ToDetail().Report;
            var isSame = predicate.Result == ResultOf(row.Passed)
                && predicate.Result == ResultOf(!predicate.Findings.Any(finding => finding.Blocks))
                && $"sha256:{predicate.Rules.Digest?.GetValueOrDefault("sha256")}" == row.RulesDigest
                && predicate.Findings.Select(finding => (finding.Id, finding.Blocks))
                    .SequenceEqual(report.Findings.Take(FindingsStatedMax).Select(finding => (finding.Id, finding.Blocks)));
            return isSame
                ? (new(statements[^1], predicate, IsWhole: report.Findings.Count(finding => finding.Blocks) < Math.Min(FindingsStatedMax, scanner.FindingsMax)), null)
                : (null, Another);
        }
        catch (TamperedAttestationException)   // what is signed is gone, or says something else
        {
            return (null, Another);
        }
    }

    /// <summary>Whether each version passed its newest scan, for those that were scanned.</summary>
    public static async Task<Dictionary<(string Model, int Version), bool>> Newest(
        AssayDb db, IReadOnlyCollection<ModelVersion> versions, CancellationToken cancel)
    {
        var models = versions.Select(version => version.Model).Distinct().ToList();
        var numbers = versions.Select(version => version.Version).Distinct().ToList();
        var scans = await db.ModelScans
            .Where(scan => models.Contains(scan.Model) && numbers.Contains(scan.Version))
            .OrderBy(scan => scan.Id)
            .Select(scan => new { scan.Model, scan.Version, scan.Passed })
            .ToListAsync(cancel);
        var newest = new Dictionary<(string, int), bool>();
        foreach (var scan in scans)
            newest[(scan.Model, scan.Version)] = scan.Passed;
        return newest;
    }

    // What was scanned is what was stored, or the verdict is about something else.
    private static void CheckSameFiles(ModelVersion version, ScanReport report)
    {
        var scanned = report.Files.ToDictionary(file => file.Path, file => file.Digest, StringComparer.Ordinal);
        foreach (var file in VersionBook.Files(version).Where(file => file.Path is not (PackageFiles.Signature or SignedFolder.PublicKeyFile)))
        {
            if (!scanned.TryGetValue(file.Path, out var digest) || digest != file.Digest)
                throw Refusal.Conflict($"{file.Path} changed while the version was registered. Register it again.");
        }
    }

    private static ScanPredicate Predicate(ScanReport report, DateTimeOffset at) => new(
        new($"{AssayNames.Base}/scanner", report.Scanner),
        new(null, null, Predicates.Sha256(report.RulesDigest)),
        ResultOf(report.Passed),
        at,
        [.. report.Files.Select(file => new ScannedResource(file.Path, Predicates.Sha256(file.Digest), file.Format))],
        [.. report.Findings.Take(FindingsStatedMax).Select(finding => new FindingEntry(
            finding.Id,
            finding.Rule,
            JsonNamingPolicy.CamelCase.ConvertName(finding.Severity.ToString()),
            finding.Blocks,
            finding.Path,
            $"{finding.What}. {finding.Why}"))]);

    private static string ResultOf(bool passed) => passed ? ScanPredicate.Passed : ScanPredicate.Failed;
}
