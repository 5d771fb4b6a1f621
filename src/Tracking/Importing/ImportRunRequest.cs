using System.ComponentModel.DataAnnotations;

namespace Assay.Tracking.Importing;

/// <summary>A run of another MLflow server or folder, with what is known of it at once. Points and files come after.</summary>
public sealed record ImportRunRequest
{
    /// <summary>Id of the experiment here that it becomes a part of.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string ExperimentId { get; init; } = "";

    /// <summary>Where it comes from, as the ledger names it: an address or a folder's name, without secrets; at most 500 characters.</summary>
    [Required, StringLength(500, MinimumLength = 1)]
    public string Source { get; init; } = "";

    /// <summary>What people read; at most 500 characters.</summary>
    [Required(AllowEmptyStrings = true), StringLength(500)]
    public string Name { get; init; } = "";

    /// <summary>Who logged it, as its client said; at most 256 characters.</summary>
    [Required(AllowEmptyStrings = true), StringLength(256)]
    public string UserId { get; init; } = "";

    /// <summary>When it began, in milliseconds since 1970.</summary>
    [Range(0, 253_402_300_799_999)]
    public long StartedAtMilliseconds { get; init; }

    /// <summary>What it was given; values of at most 6,000 characters.</summary>
    [Required]
    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>();

    /// <summary>What was noted about it; values of at most 65,535 characters.</summary>
    [Required]
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Datasets that it has read; at most 1,000.</summary>
    [Required, MaxLength(1000)]
    public IReadOnlyList<ImportedDataset> Datasets { get; init; } = [];

    /// <summary>Ids of logged models that it has read; at most 1,000.</summary>
    [Required, MaxLength(1000)]
    public IReadOnlyList<string> ModelInputs { get; init; } = [];

    /// <summary>Logged models that it has made; at most 10,000.</summary>
    [Required, MaxLength(10_000)]
    public IReadOnlyList<ImportedOutput> ModelOutputs { get; init; } = [];
}

/// <summary>A logged model that an imported run has made.</summary>
/// <param name="ModelId">Its id.</param>
/// <param name="Step">At which step of the run.</param>
public sealed record ImportedOutput([Required, StringLength(64, MinimumLength = 1)] string ModelId, long Step);

/// <summary>A dataset that an imported run has read.</summary>
/// <param name="Name">Its name; at most 500 characters.</param>
/// <param name="Digest">The client's own digest of it; at most 36 characters.</param>
/// <param name="SourceType">What kind of place it came from.</param>
/// <param name="Source">That place, as JSON or an address.</param>
public sealed record ImportedDataset(
    [Required, StringLength(500, MinimumLength = 1)] string Name,
    [Required, StringLength(36, MinimumLength = 1)] string Digest,
    [Required(AllowEmptyStrings = true), StringLength(500)] string SourceType,
    [Required(AllowEmptyStrings = true), StringLength(65_535)] string Source)
{
    /// <summary>Its columns, as the client describes them.</summary>
    [StringLength(1_048_575)]
    public string? Schema { get; init; }

    /// <summary>Figures about it, as the client describes them.</summary>
    [StringLength(16_777_215)]
    public string? Profile { get; init; }

    /// <summary>What it was to the run, such as <c>mlflow.data.context</c>: training; keys of at most 255 characters, values of at most 500.</summary>
    [Required]
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>Points of an imported run; the same one may come again.</summary>
/// <param name="Points">At most 5,000.</param>
public sealed record ImportPointsRequest([Required, MaxLength(ImportPointsRequest.PointsMax)] IReadOnlyList<ImportedPoint> Points)
{
    /// <summary>Points of one request.</summary>
    public const int PointsMax = 5000;
}

/// <summary>A point of a metric's history.</summary>
/// <param name="Key">Name of the metric.</param>
/// <param name="Step">Position: an epoch, a fold.</param>
/// <param name="AtMilliseconds">Milliseconds since 1970.</param>
/// <param name="Value">Null for NaN; an infinity is the largest finite number of its sign.</param>
public sealed record ImportedPoint([Required] string Key, long Step, [Range(0, long.MaxValue)] long AtMilliseconds, double? Value);

/// <summary>How an imported run ended, and what it has at its source.</summary>
/// <param name="Status">Where it stands at its source.</param>
/// <param name="EndedAtMilliseconds">When it ended, in milliseconds since 1970; null while it has not.</param>
/// <param name="IsDeleted">Whether it is deleted at its source; here it then counts as deleted now.</param>
/// <param name="Counts">What it has at its source.</param>
public sealed record FinishImportRequest(
    RunStatus Status, [Range(0, 253_402_300_799_999)] long? EndedAtMilliseconds, bool IsDeleted, [Required] ImportCounts Counts);

/// <summary>How much a run has.</summary>
/// <param name="Params">Parameters.</param>
/// <param name="Tags">Tags.</param>
/// <param name="Points">Points of all metrics, each counted once.</param>
/// <param name="Datasets">Datasets that it has read.</param>
/// <param name="Files">Files.</param>
/// <param name="SizeBytes">Size of all files.</param>
public sealed record ImportCounts(int Params, int Tags, long Points, int Datasets, int Files, long SizeBytes);

/// <summary>How far the import of a run is.</summary>
/// <param name="IsComplete">Whether all of it has come, and it is over: there is nothing left to do.</param>
/// <param name="Stated">What it had at its source, as the ledger says; null until it was complete once.</param>
/// <param name="Here">What it has here.</param>
public sealed record ImportState(bool IsComplete, ImportCounts? Stated, ImportCounts Here);
