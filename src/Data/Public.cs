using Assay.Data.Checks;
using Assay.Data.Datasets;
using Assay.Kernel.Permissions;

namespace Assay.Data;

/// <summary>Datasets for other modules: find a version, read its bytes, add the next one.</summary>
public interface IDatasets
{
    /// <summary>A version with its profile and checks, the newest when <paramref name="version"/> is null; null when there is none.</summary>
    Task<DatasetVersionDetail?> Find(string name, int? version, CancellationToken cancel);

    /// <summary>The bytes of a version exactly as they came, seekable and checked while read.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">There is no such version in this project.</exception>
    Task<Stream> Open(string name, int version, CancellationToken cancel);

    /// <summary>
    /// Draws up to so many rows of the first 100,000 of a version, each with the same chance: of each the columns named, as a
    /// model's inputs. Null when there is no such version, it lacks a column, or its bytes are not there any more.
    /// </summary>
    Task<SampledRows?> Sample(string name, int version, IReadOnlyList<string> columns, int count, CancellationToken cancel);

    /// <summary>
    /// Stores, profiles and checks the next version, and saves it with its ledger event. When the newest version has the
    /// same bytes, that one is returned and nothing is added.
    /// </summary>
    /// <param name="name">1 to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit.</param>
    /// <param name="content">The file's bytes; read once, never held in memory.</param>
    /// <param name="format"><c>csv</c> or <c>parquet</c>.</param>
    /// <param name="synthetic">Whether the rows were made up, which is said wherever the version is shown.</param>
    /// <param name="cancel">Stops reading and profiling.</param>
    /// <exception cref="InvalidTableException">The bytes are no usable table; the message says what and where.</exception>
    /// <exception cref="Kernel.Refusals.Refusal">The name or format can't be taken, a limit was reached, or another version came first.</exception>
    Task<DatasetVersionDetail> Add(string name, Stream content, string format, bool synthetic, CancellationToken cancel);

    /// <summary>
    /// The same, with what belongs into the transaction in which the version is saved: <paramref name="alongside"/> is called
    /// just before, and not at all where the newest version has the same bytes.
    /// </summary>
    /// <exception cref="InvalidTableException">The bytes are no usable table; the message says what and where.</exception>
    /// <exception cref="Kernel.Refusals.Refusal">The name or format can't be taken, a limit was reached, or another version came first.</exception>
    Task<DatasetVersionDetail> Add(
        string name, Stream content, string format, bool synthetic, Action<DatasetVersionSummary> alongside, CancellationToken cancel);
}

/// <summary>A dataset of the project.</summary>
public sealed record DatasetSummary(string Name, int LatestVersion, DateTimeOffset CreatedAt);

/// <summary>An immutable version of a dataset.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Version">From 1, without gaps.</param>
/// <param name="Digest">SHA-256 of the file's bytes, as <c>sha256:…</c>.</param>
/// <param name="Format"><c>csv</c> or <c>parquet</c>.</param>
/// <param name="SizeBytes">Size of the file.</param>
/// <param name="Rows">Rows of data, the header not among them.</param>
/// <param name="Columns">Number of columns.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="Synthetic">Whether the rows were made up.</param>
/// <param name="ChecksPassed">Rules that this version meets.</param>
/// <param name="ChecksFailed">Rules that it breaks; the version is kept all the same, and gates read this number.</param>
public sealed record DatasetVersionSummary(
    string Dataset,
    int Version,
    string Digest,
    string Format,
    long SizeBytes,
    long Rows,
    int Columns,
    DateTimeOffset CreatedAt,
    bool Synthetic,
    int ChecksPassed,
    int ChecksFailed);

/// <summary>A version with what was found in it.</summary>
public sealed record DatasetVersionDetail(
    DatasetVersionSummary Version, IReadOnlyList<ColumnProfile> Profile, IReadOnlyList<RuleResult> Checks);

/// <summary>What a column of a version holds.</summary>
/// <param name="Name">As the file has it.</param>
/// <param name="Kind">Decided over all rows.</param>
/// <param name="Count">Rows with a value.</param>
/// <param name="Missing">Rows without one.</param>
/// <param name="Distinct">Number of different values.</param>
/// <param name="Mean">Of a number or Boolean (0 and 1); null for others and for a column without values.</param>
/// <param name="StandardDeviation">Of the population, same condition.</param>
/// <param name="Min">Smallest value, same condition.</param>
/// <param name="Max">Largest value, same condition.</param>
/// <param name="Quantiles">At 0, 0.05, 0.25, 0.5, 0.75, 0.95 and 1, by linear interpolation; same condition.</param>
/// <param name="Histogram">
/// Numbers: bins of equal width in ascending order. Others: the most frequent values and one bin for the rest, or nothing
/// where most values occur once, since those tend to name people.
/// </param>
public sealed record ColumnProfile(
    string Name,
    ColumnKind Kind,
    long Count,
    long Missing,
    long Distinct,
    double? Mean,
    double? StandardDeviation,
    double? Min,
    double? Max,
    IReadOnlyList<double>? Quantiles,
    IReadOnlyList<HistogramBin> Histogram);

/// <summary>One bar of a histogram.</summary>
/// <param name="Label">To show: the value, or the bin's range.</param>
/// <param name="From">Inclusive lower edge of a numeric bin; null for others.</param>
/// <param name="To">Upper edge of a numeric bin, exclusive but for the last bin; null for others.</param>
/// <param name="Count">Rows in it.</param>
public sealed record HistogramBin(string Label, double? From, double? To, long Count);

/// <summary>Permissions that Data's routes ask for.</summary>
public static class DataPermissions
{
    /// <summary>See datasets, their profiles, checks and rows.</summary>
    public static readonly Permission Read = new("datasets.read");

    /// <summary>Add versions.</summary>
    public static readonly Permission Write = new("datasets.write");
}
