using System.Globalization;
using System.Text.Json;
using Assay.Data;
using Assay.Governance;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Reports;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.DatasetMonitors;

/// <summary>
/// Compares versions of a watched dataset with their reference, by the tests and the rule of files (<see cref="CompareTables"/>). The
/// verdict, its event and its alerts are one transaction.
/// </summary>
internal sealed class DatasetWatch(AssayDb db, IDatasets datasets, VersionTables tables, AlertBook book, ILedger ledger, TimeProvider clock)
{
    private const int ColumnsKept = 200;
    private const int ListedMax = 50;
    private const int VersionsKept = 50;

    // Those that counts over bins allow: cheap, and the first two are what the verdict goes by.
    private static readonly string[] Tests = ["psi", "chi-square-pooled", "jensen-shannon", "hellinger", "l-infinity"];

    /// <summary>The next version of a dataset that is to be compared; null when all are.</summary>
    public async Task<int?> Next(DatasetMonitor monitor, CancellationToken cancel)
    {
        if ((await datasets.Find(monitor.Dataset, null, cancel))?.Version.Version is not { } newest)
            return null;
        var done = await db.ComparedVersions.Where(row => row.Dataset == monitor.Dataset).Select(row => (int?)row.Version).MaxAsync(cancel) ?? monitor.After;

        // Of many that came at once the newest few tell how it is now.
        const int AtOnceMax = 20;
        var next = Math.Max(Math.Max(done, monitor.After) + 1, newest - AtOnceMax + 1);
        return next <= newest ? next : null;
    }

    /// <summary>Compares a version, in the place of what was said of it before.</summary>
    public async Task<VersionVerdict> Run(DatasetMonitor monitor, int version, CancellationToken cancel)
    {
        var (settings, references) = (monitor.Settings, await References(monitor, version, cancel));
        var (comparison, notes) = references.Count == 0 ? (null, ["There is no version to compare it with yet."]) : await Compare(monitor.Dataset, version, references, settings, cancel);
        var verdict = new VersionVerdict(
            version, clock.GetUtcNow(), references, comparison?.Verdict ?? ComparisonVerdict.Unknown,
            comparison?.Columns.SelectMany(column => column.Tests.Where(test => test.Test == "psi")).Max(test => test.Statistic),
            [.. (comparison?.DriftedColumns ?? []).Take(ListedMax)], [.. (comparison?.Quality ?? []).Take(ListedMax)], notes);
        await Save(monitor, settings, verdict, comparison, cancel);
        return verdict;
    }

    private async Task<List<int>> References(DatasetMonitor monitor, int version, CancellationToken cancel)
    {
        var settings = monitor.Settings;
        if (settings is { Reference: DatasetReference.Fixed, Version: { } only })
            return only == version ? [] : [only];
        if (settings.Reference == DatasetReference.Sliding)
        {
            var drifted = await db.ComparedVersions.Where(row => row.Dataset == monitor.Dataset && row.Verdict == ComparisonVerdict.Drift).Select(row => row.Version).ToListAsync(cancel);
            List<int> calm = [.. Enumerable.Range(1, version - 1).Reverse().Except(drifted).Take(settings.VersionsWanted)];
            if (calm.Count > 0)
                return calm;
        }

        return version > 1 ? [version - 1] : [];
    }

    private async Task<(TableComparison? Comparison, List<string> Notes)> Compare(
        string dataset, int version, List<int> references, DatasetMonitorSettings settings, CancellationToken cancel)
    {
        var ignored = (settings.Ignored ?? []).ToHashSet(StringComparer.Ordinal);
        var before = await tables.Draw(dataset, references, ignored, cancel);
        var now = await tables.Draw(dataset, [version], ignored, cancel);
        List<string> notes = [.. new[] { before.Note, now.Note, before.Trouble, now.Trouble }.OfType<string>()];
        if (before.Table is null || now.Table is null)
            return (null, notes);
        if (settings.Reference == DatasetReference.Sliding && references.Count < settings.VersionsWanted)
            notes.Add($"{references.Count} of {settings.VersionsWanted} calm versions of the reference are there.");
        var comparison = await Task.Run(() => CompareTables.Whole(before.Table, now.Table, new(
            Tests: Tests, Threshold: settings.PsiThreshold, Significance: settings.Significance, MinimumRows: settings.MinimumRows)), cancel);
        var unknown = comparison.Columns.Count(column => column.Verdict == ComparisonVerdict.Unknown);
        if (unknown > 0)
            notes.Add($"Of {unknown} of {comparison.Columns.Count} columns nothing can be said; the report has the reason of each.");
        return (comparison, notes);
    }

    private async Task Save(DatasetMonitor monitor, DatasetMonitorSettings settings, VersionVerdict verdict, TableComparison? comparison, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.ComparedVersions.Where(row => row.Dataset == monitor.Dataset && row.Version == verdict.Version).ExecuteDeleteAsync(cancel);
        db.ComparedVersions.Add(new()
        {
            Dataset = monitor.Dataset,
            Version = verdict.Version,
            Verdict = verdict.Verdict,
            VerdictJson = JsonSerializer.Serialize(verdict, AssayJson.Options),
            ReportJson = comparison is null ? null : JsonSerializer.Serialize(Shortened(comparison), AssayJson.Options),
        });
        ledger.Append(new DatasetVersionCompared(
            monitor.Dataset, verdict.Version, verdict.References, verdict.Verdict, verdict.MaxPsi, verdict.DriftedColumns, verdict.Findings.Count));

        // An older version that is compared once more says nothing of how it is now.
        if (!await db.ComparedVersions.AnyAsync(row => row.Dataset == monitor.Dataset && row.Version > verdict.Version, cancel))
            await Judge(monitor.Dataset, settings, verdict, comparison, cancel);
        await db.SaveChangesAsync(cancel);
        await db.ComparedVersions.Where(row => row.Dataset == monitor.Dataset && row.Version <= verdict.Version - VersionsKept).ExecuteDeleteAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private static TableComparison Shortened(TableComparison comparison) => comparison.Columns.Count <= ColumnsKept
        ? comparison
        : comparison with { Columns = [.. comparison.Columns.OrderBy(column => column.Verdict == ComparisonVerdict.Drift ? 0 : 1).Take(ColumnsKept)] };

    private async Task Judge(string dataset, DatasetMonitorSettings settings, VersionVerdict verdict, TableComparison? comparison, CancellationToken cancel)
    {
        var subject = DatasetMonitorReading.Subject(dataset);
        if (verdict.Verdict == ComparisonVerdict.Drift)
            await book.Raise(DatasetFindings.Drift(dataset, settings, verdict, comparison!), cancel);
        else if (verdict.Verdict == ComparisonVerdict.Calm)
            await book.Calm(subject, AlertSources.Drift, string.Create(CultureInfo.InvariantCulture, $"Version {verdict.Version} is as {settings.Says} again."), cancel);
        var broken = verdict.Findings.Where(DatasetFindings.IsTrouble).ToList();
        if (broken.Count > 0)
            await book.Raise(DatasetFindings.Quality(dataset, settings, verdict, broken), cancel);
        else if (comparison is not null)
            await book.Calm(subject, AlertSources.Quality, $"Nothing is wrong with the data of version {verdict.Version}.", cancel);
    }
}
