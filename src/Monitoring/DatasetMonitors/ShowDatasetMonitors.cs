using Assay.Data;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Reports;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.DatasetMonitors;

/// <summary>Shows monitors of datasets, what they found, and the report of a version; compares a version now.</summary>
internal static class ShowDatasetMonitors
{
    private const int VersionsShown = 50;
    private const int AlertsShown = 100;

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/", List).WithName("ListDatasetMonitors").RequiresOnAny(DataPermissions.Read);
        group.MapGet("/{dataset}", Show).WithName("ShowDatasetMonitor").Requires(DataPermissions.Read, resource: "dataset");
        group.MapGet("/{dataset}/versions/{version:int}", Report).WithName("ShowDatasetComparison").Requires(DataPermissions.Read, resource: "dataset");
        group.MapGet("/{dataset}/versions/{version:int}/report", Page).WithName("ShowDatasetReport").Requires(DataPermissions.Read, resource: "dataset");
        group.MapPost("/{dataset}/versions/{version:int}", Compare).WithName("CompareDatasetVersion").Requires(DataPermissions.Write, resource: "dataset");
    }

    /// <summary>A monitor with what it found.</summary>
    public static async Task<DatasetMonitorDetail> Read(AssayDb db, DatasetMonitor monitor, CancellationToken cancel)
    {
        var versions = await WithoutReport(db.ComparedVersions.Where(row => row.Dataset == monitor.Dataset).OrderByDescending(row => row.Version).Take(VersionsShown)).ToListAsync(cancel);
        var subject = DatasetMonitorReading.Subject(monitor.Dataset);
        var alerts = await db.Alerts.AsNoTracking().Where(alert => alert.Endpoint == subject).OrderByDescending(alert => alert.Id).Take(AlertsShown).ToListAsync(cancel);
        return new(monitor.Dataset, monitor.Settings, versions.ConvertAll(row => row.ToVerdict()), alerts.ConvertAll(alert => alert.ToSummary()));
    }

    private static async Task<Ok<Page<DatasetMonitorSummary>>> List([AsParameters] PageRequest page, AssayDb db, IAccess access, CancellationToken cancel)
    {
        var monitors = access.Reach(DataPermissions.Read).Within(db.DatasetMonitors.AsNoTracking(), monitor => monitor.Dataset);
        if (page.Cursor is { } cursor)
            monitors = monitors.Where(monitor => string.Compare(monitor.Dataset, cursor) > 0);
        var rows = await monitors.OrderBy(monitor => monitor.Dataset).Take(page.Size + 1).ToListAsync(cancel);
        string[] names = [.. rows.Select(row => row.Dataset)];
        string[] subjects = [.. names.Select(DatasetMonitorReading.Subject)];
        IQueryable<ComparedVersion> compared = db.ComparedVersions;
        var newest = await WithoutReport(compared.Where(row => names.Contains(row.Dataset)
            && !compared.Any(later => later.Dataset == row.Dataset && later.Version > row.Version))).ToDictionaryAsync(row => row.Dataset, cancel);
        var open = (await db.Alerts.AsNoTracking().Where(alert => subjects.Contains(alert.Endpoint) && alert.State != AlertState.Closed)
            .OrderByDescending(alert => alert.Id).ToListAsync(cancel)).ToLookup(alert => alert.Endpoint, alert => alert.ToSummary());
        var summaries = rows.ConvertAll(row => new DatasetMonitorSummary(
            row.Dataset, row.Settings, newest.GetValueOrDefault(row.Dataset)?.ToVerdict(), [.. open[DatasetMonitorReading.Subject(row.Dataset)]]));
        return TypedResults.Ok(page.Of(summaries, summary => summary.Dataset));
    }

    // A report is large, and only its own page shows it.
    private static IQueryable<ComparedVersion> WithoutReport(IQueryable<ComparedVersion> versions) => versions.AsNoTracking()
        .Select(row => new ComparedVersion { Dataset = row.Dataset, Version = row.Version, Verdict = row.Verdict, VerdictJson = row.VerdictJson, ReportJson = null });

    private static async Task<Ok<DatasetMonitorDetail>> Show(string dataset, AssayDb db, CancellationToken cancel) =>
        TypedResults.Ok(await Read(db, await Require(db, dataset, cancel), cancel));

    private static async Task<Ok<VersionReport>> Report(string dataset, int version, AssayDb db, CancellationToken cancel) =>
        TypedResults.Ok((await Compared(db, dataset, version, cancel)).ToReport());

    private static async Task<ContentHttpResult> Page(string dataset, int version, AssayDb db, CancellationToken cancel)
    {
        var report = (await Compared(db, dataset, version, cancel)).ToReport();
        return report.Comparison is { } comparison
            ? TypedResults.Text(HtmlReport.Write(comparison, report.Verdict.At), "text/html; charset=utf-8")
            : throw Refusal.Conflict($"Version {version} of '{dataset}' could not be compared: {string.Join(' ', report.Verdict.Notes)}");
    }

    private static async Task<Ok<VersionVerdict>> Compare(string dataset, int version, AssayDb db, IDatasets datasets, DatasetWatch watch, CancellationToken cancel)
    {
        var monitor = await Require(db, dataset, cancel);
        if (await datasets.Find(dataset, version, cancel) is null)
            throw Refusal.NotFound("version of the dataset", $"{dataset}/{version}");
        return TypedResults.Ok(await watch.Run(monitor, version, cancel));
    }

    private static async Task<ComparedVersion> Compared(AssayDb db, string dataset, int version, CancellationToken cancel) =>
        await db.ComparedVersions.AsNoTracking().SingleOrDefaultAsync(row => row.Dataset == dataset && row.Version == version, cancel)
        ?? throw Refusal.NotFound("compared version of the dataset", $"{dataset}/{version}");

    private static async Task<DatasetMonitor> Require(AssayDb db, string dataset, CancellationToken cancel) =>
        await db.DatasetMonitors.AsNoTracking().SingleOrDefaultAsync(row => row.Dataset == dataset, cancel) ?? throw Refusal.NotFound("monitor of a dataset", dataset);
}
