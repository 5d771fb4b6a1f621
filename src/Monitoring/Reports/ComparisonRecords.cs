using Assay.Statistics.Drift;
using Assay.Statistics.Intervals;

namespace Assay.Monitoring.Reports;

/// <summary>What a comparison of columns or tables says.</summary>
public enum ComparisonVerdict
{
    /// <summary>Enough rows, and no difference that is both large and not chance.</summary>
    Calm,

    /// <summary>A difference that is both.</summary>
    Drift,

    /// <summary>It can't be told; the reason stands beside it.</summary>
    Unknown,
}

/// <summary>How p-values are corrected for the number of columns that are compared.</summary>
public enum ComparisonCorrection
{
    /// <summary>Holds the chance of any false finding.</summary>
    Bonferroni,

    /// <summary>Holds the share of false ones among the findings (Benjamini and Hochberg).</summary>
    BenjaminiHochberg,

    /// <summary>Left as they are.</summary>
    None,
}

/// <summary>How two tables are compared.</summary>
/// <param name="Columns">Names of the columns to compare; null for all that both have.</param>
/// <param name="Tests">Names of the tests to show; null for all that fit a column's type.</param>
/// <param name="Threshold">Least population stability index of a drift.</param>
/// <param name="Significance">Corrected p-value below which a difference is not chance.</param>
/// <param name="MinimumRows">Values that a column needs on either side; with fewer its verdict is unknown.</param>
/// <param name="Correction">For the number of columns.</param>
/// <param name="Confidence">Of every interval.</param>
/// <param name="Seed">Of permutations, resampling and drawn rows.</param>
public sealed record ComparisonSettings(
    IReadOnlyList<string>? Columns = null,
    IReadOnlyList<string>? Tests = null,
    double Threshold = DriftRule.UsualPsi,
    double Significance = 0.01,
    int MinimumRows = 50,
    ComparisonCorrection Correction = ComparisonCorrection.Bonferroni,
    double Confidence = 0.95,
    int Seed = 1);

/// <summary>One number about a pair of columns.</summary>
/// <param name="Test">Name of the test or distance.</param>
/// <param name="Statistic">Its own measure; null when it can't be told.</param>
/// <param name="PValue">Not corrected; null for a distance without one.</param>
/// <param name="CorrectedPValue">For the number of columns that this test was made of.</param>
/// <param name="Interval">Where the true distance lies, for those that have an interval.</param>
/// <param name="Note">Why a number is missing, or what to mind.</param>
public sealed record TestFigure(
    string Test, double? Statistic, double? PValue, double? CorrectedPValue = null, Interval? Interval = null, string? Note = null);

/// <summary>One side of a pair of columns.</summary>
/// <param name="Kind">What the file holds: <c>number</c>, <c>boolean</c>, <c>text</c> or <c>time</c>.</param>
/// <param name="Rows">All rows.</param>
/// <param name="Missing">Rows without a value.</param>
/// <param name="MissingInterval">Of the share of missing values.</param>
/// <param name="Distinct">Different values.</param>
/// <param name="Mean">Of numbers.</param>
/// <param name="StandardDeviation">Of the population, of numbers.</param>
/// <param name="Min">Of numbers.</param>
/// <param name="Max">Of numbers.</param>
public sealed record ColumnSide(
    string Kind, long Rows, long Missing, Interval? MissingInterval, long Distinct, double? Mean, double? StandardDeviation, double? Min, double? Max)
{
    /// <summary>Infinite numbers, which are among the missing ones: no test can compute with them.</summary>
    public long Infinite { get; init; }
}

/// <summary>Counts of both sides over the same bins, to draw.</summary>
/// <param name="Labels">One per bin: the value, or the range.</param>
/// <param name="Reference">Rows of the reference.</param>
/// <param name="Current">Rows of the current table.</param>
public sealed record ComparedBins(IReadOnlyList<string> Labels, IReadOnlyList<long> Reference, IReadOnlyList<long> Current);

/// <summary>A column of both tables, compared.</summary>
/// <param name="Name">As the files have it.</param>
/// <param name="Type">As what it was compared: <c>number</c> or <c>category</c>.</param>
/// <param name="Reference">The reference's side.</param>
/// <param name="Current">The current table's side.</param>
/// <param name="Verdict">By the index and the pooled chi-square, the rule of the monitors, or by the tests that were named.</param>
/// <param name="Because">The verdict in words.</param>
/// <param name="LeastShift">The smallest shift of the mean, in standard deviations, that so many rows show in 8 of 10 cases; null for categories.</param>
/// <param name="Tests">Every number, in the order of the documentation.</param>
/// <param name="Bins">The distributions.</param>
public sealed record ColumnComparison(
    string Name,
    string Type,
    ColumnSide Reference,
    ColumnSide Current,
    ComparisonVerdict Verdict,
    string Because,
    double? LeastShift,
    IReadOnlyList<TestFigure> Tests,
    ComparedBins Bins);

/// <summary>A finding about the quality of the current table.</summary>
/// <param name="Check"><c>schema</c>, <c>type</c>, <c>missing</c>, <c>infinite</c>, <c>range</c>, <c>categories</c> or <c>constant</c>.</param>
/// <param name="Column">The column at fault.</param>
/// <param name="Severity"><c>warning</c> or <c>critical</c>.</param>
/// <param name="Summary">What and how many, in one sentence.</param>
/// <param name="Rows">Rows concerned; 0 where it is not about rows.</param>
/// <param name="Share">Of all current rows.</param>
/// <param name="Interval">Of the share.</param>
public sealed record QualityFinding(string Check, string Column, string Severity, string Summary, long Rows, double Share, Interval? Interval);

/// <summary>A test of several columns at once.</summary>
/// <param name="Test"><c>mmd</c>, <c>domain-classifier</c> or <c>pca-reconstruction</c>.</param>
/// <param name="Statistic">Its measure.</param>
/// <param name="PValue">Corrected for the three tests.</param>
/// <param name="Interval">Of the measure, where there is one.</param>
/// <param name="Verdict">Of this test.</param>
/// <param name="Because">In words.</param>
public sealed record MultivariateFigure(
    string Test, double? Statistic, double? PValue, Interval? Interval, ComparisonVerdict Verdict, string Because);

/// <summary>How well predictions fit the labels in both tables.</summary>
/// <param name="Metric">Name of the measure.</param>
/// <param name="Reference">In the reference.</param>
/// <param name="ReferenceInterval">Where the true one lies.</param>
/// <param name="ReferenceRows">Rows with a label and a prediction.</param>
/// <param name="Current">In the current table; null with too few rows.</param>
/// <param name="CurrentInterval">Where the true one lies.</param>
/// <param name="CurrentRows">Rows with both.</param>
/// <param name="Worse">Whether the current one is worse beyond the intervals; null when it can't be told.</param>
/// <param name="Note">What to mind.</param>
public sealed record PerformanceFigure(
    string Metric,
    double? Reference,
    Interval? ReferenceInterval,
    long ReferenceRows,
    double? Current,
    Interval? CurrentInterval,
    long CurrentRows,
    bool? Worse,
    string? Note);

/// <summary>Two tables, compared.</summary>
/// <param name="Reference">Name of the reference.</param>
/// <param name="ReferenceRows">Its rows.</param>
/// <param name="Current">Name of the current table.</param>
/// <param name="CurrentRows">Its rows.</param>
/// <param name="Verdict">Drift when any column or relation drifted; unknown when nothing could be compared.</param>
/// <param name="DriftedColumns">Names, by falling index.</param>
/// <param name="Settings">How it was compared.</param>
/// <param name="Columns">Every column that both have, in the reference's order.</param>
/// <param name="Quality">Findings about the current table, worst first.</param>
/// <param name="Multivariate">Tests of all columns together; empty when they were not asked for.</param>
/// <param name="Performance">Empty without label and prediction.</param>
public sealed record TableComparison(
    string Reference,
    long ReferenceRows,
    string Current,
    long CurrentRows,
    ComparisonVerdict Verdict,
    IReadOnlyList<string> DriftedColumns,
    ComparisonSettings Settings,
    IReadOnlyList<ColumnComparison> Columns,
    IReadOnlyList<QualityFinding> Quality,
    IReadOnlyList<MultivariateFigure> Multivariate,
    IReadOnlyList<PerformanceFigure> Performance);
