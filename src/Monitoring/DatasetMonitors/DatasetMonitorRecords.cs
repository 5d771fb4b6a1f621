using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Reports;
using Assay.Statistics.Drift;

namespace Assay.Monitoring.DatasetMonitors;

/// <summary>What a new version of a dataset is compared with.</summary>
public enum DatasetReference
{
    /// <summary>The version before it.</summary>
    Previous,

    /// <summary>One version, whatever comes.</summary>
    Fixed,

    /// <summary>The newest calm versions before it, together.</summary>
    Sliding,
}

/// <summary>How versions of a dataset are watched. Sent whole: what is left out goes back to its default.</summary>
/// <param name="Reference">What each new version is compared with.</param>
/// <param name="Version">The version, for <c>fixed</c>.</param>
/// <param name="Versions">How many calm versions, for <c>sliding</c>, 2 to 20; 5 when it isn't said.</param>
/// <param name="PsiThreshold">Least population stability index of a column that is drift when it isn't chance, above 0 to 10.</param>
/// <param name="Significance">Chance that a version alike raises an alert because of any of its columns, 0.0001 to 0.5; half as much again for how they go together.</param>
/// <param name="MinimumRows">Values that a column needs on either side, 50 to 10,000; with fewer it is unknown.</param>
/// <param name="Ignored">Columns that are not judged, such as dates and numbers that only grow; at most 1,000.</param>
/// <param name="Severity">Of its alerts.</param>
public sealed record DatasetMonitorSettings(
    DatasetReference Reference = DatasetReference.Previous,
    [Range(1, int.MaxValue)] int? Version = null,
    [Range(2, 20)] int? Versions = null,
    [Range(0.001, 10)] double PsiThreshold = DriftRule.UsualPsi,
    [Range(0.0001, 0.5)] double Significance = 0.01,
    [Range(50, 10_000)] int MinimumRows = 50,
    [MaxLength(1000)] IReadOnlyList<string>? Ignored = null,
    AlertSeverity Severity = AlertSeverity.Warning)
{
    internal const int UsualVersions = 5;

    internal int VersionsWanted => Versions ?? UsualVersions;

    /// <summary>The reference in words.</summary>
    [JsonIgnore]
    public string Says => Reference switch
    {
        DatasetReference.Fixed => $"version {Version}",
        DatasetReference.Sliding => $"the newest {VersionsWanted} calm versions before",
        _ => "the version before",
    };
}

/// <summary>A version that was compared, in one line.</summary>
/// <param name="Version">The version.</param>
/// <param name="At">When it was compared.</param>
/// <param name="References">Versions that it was compared with; empty where there were none.</param>
/// <param name="Verdict">Drift when a column or how columns go together drifted; unknown where nothing could be compared.</param>
/// <param name="MaxPsi">Largest index of its columns; null where there is none.</param>
/// <param name="DriftedColumns">By falling index, at most 50.</param>
/// <param name="Findings">What is wrong with its data, worst first, at most 50.</param>
/// <param name="Notes">What isn't known, and what to mind.</param>
public sealed record VersionVerdict(
    int Version,
    DateTimeOffset At,
    IReadOnlyList<int> References,
    ComparisonVerdict Verdict,
    double? MaxPsi,
    IReadOnlyList<string> DriftedColumns,
    IReadOnlyList<QualityFinding> Findings,
    IReadOnlyList<string> Notes);

/// <summary>A monitor of a dataset in one line.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Settings">In force.</param>
/// <param name="Last">The newest version that was compared; null before the first.</param>
/// <param name="Alerts">Its alerts that last.</param>
public sealed record DatasetMonitorSummary(string Dataset, DatasetMonitorSettings Settings, VersionVerdict? Last, IReadOnlyList<AlertSummary> Alerts);

/// <summary>A monitor of a dataset with the versions that it compared.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Settings">In force.</param>
/// <param name="Versions">Newest first, at most 50.</param>
/// <param name="Alerts">Newest first, at most 100.</param>
public sealed record DatasetMonitorDetail(
    string Dataset, DatasetMonitorSettings Settings, IReadOnlyList<VersionVerdict> Versions, IReadOnlyList<AlertSummary> Alerts);

/// <summary>A version beside its reference, every number of it.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Verdict">In one line.</param>
/// <param name="Comparison">The report, of at most 200 columns, those that drifted first; null where nothing could be compared.</param>
public sealed record VersionReport(string Dataset, VersionVerdict Verdict, TableComparison? Comparison);
