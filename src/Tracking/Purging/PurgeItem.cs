namespace Assay.Tracking.Purging;

/// <summary>What a purge takes, in this order: an experiment goes when its runs are gone.</summary>
public enum PurgeKind
{
    /// <summary>A run with its parameters, histories, tags, inputs and files.</summary>
    Run,

    /// <summary>A logged model with its files.</summary>
    LoggedModel,

    /// <summary>An experiment with its tags, traces, logged models, and descriptions of datasets.</summary>
    Experiment,
}

/// <summary>Something that was deleted long enough ago to go for good.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Experiment">Id of its experiment.</param>
/// <param name="DeletedAt">When it was deleted.</param>
public sealed record PurgeItem(PurgeKind Kind, string Id, string Name, string Experiment, DateTimeOffset DeletedAt)
{
    /// <summary>Number of its files.</summary>
    public int Files { get; init; }

    /// <summary>Size of its files in bytes. Fewer may become free: a file that others have too is stored once.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Why it stays; null when it goes.</summary>
    public string? KeptBecause { get; init; }
}
