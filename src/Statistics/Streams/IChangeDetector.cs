namespace Assay.Statistics.Streams;

/// <summary>What a detector says after a value.</summary>
public enum StreamState
{
    /// <summary>The values may well be as they were, or there are too few to tell.</summary>
    Stable,

    /// <summary>They may be changing.</summary>
    Warning,

    /// <summary>They have changed.</summary>
    Changed,
}

/// <summary>A change that was found: the values before it, and those since.</summary>
/// <param name="Before">From which the mean was known.</param>
/// <param name="After">Since the change, as far as the detector can tell where it was.</param>
public readonly record struct StreamChange(StreamPart Before, StreamPart After);

/// <summary>
/// Watches a stream of numbers between 0 and 1, one after another, for a change of their mean. All that it knows is in its
/// public properties, which are few and can be written as JSON and read again.
/// </summary>
public interface IChangeDetector
{
    /// <summary>The newest values that are taken to be alike.</summary>
    StreamPart Window { get; }

    /// <summary>The change that was found last; null for none yet.</summary>
    StreamChange? LastChange { get; }

    /// <summary>Takes a value, from 0 to 1.</summary>
    StreamState Add(double value);
}
