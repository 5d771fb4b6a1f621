using System.Runtime.InteropServices;
using System.Text;

namespace Assay.Statistics.Sketches;

/// <summary>A value and how often it occurred, at least and at most.</summary>
public sealed record FrequentItem(string Value, long AtLeast, long AtMost);

/// <summary>
/// The frequent values of a stream in bounded memory: the summary of Misra and Gries (1982), merged as Agarwal and others
/// ("Mergeable summaries", 2012) show. A value with more than <see cref="Error"/> occurrences is always among
/// <see cref="Items"/>, and the error is at most 2 rows / capacity. Not safe for several threads.
/// </summary>
public sealed class FrequentItems
{
    /// <summary>Letters of a value that are kept; longer ones with the same beginning count as one.</summary>
    public const int LengthMax = 200;

    private const int SmallestCapacity = 8;

    private readonly Dictionary<string, long> _counts;
    private readonly int _capacity;

    /// <summary>An empty summary.</summary>
    /// <param name="capacity">Values held at most; at least 8.</param>
    public FrequentItems(int capacity = 256)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, SmallestCapacity);
        _capacity = capacity;
        _counts = new(capacity + 1, StringComparer.Ordinal);
    }

    /// <summary>Rows added.</summary>
    public long Rows { get; private set; }

    /// <summary>By how much a count can be too low.</summary>
    public long Error { get; private set; }

    /// <summary>Adds a value that occurred so many times.</summary>
    public void Add(ReadOnlySpan<char> value, long times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        Rows += times;
        var kept = value.Length <= LengthMax ? value : value[..LengthMax];
        CollectionsMarshal.GetValueRefOrAddDefault(_counts.GetAlternateLookup<ReadOnlySpan<char>>(), kept, out _) += times;
        if (_counts.Count > _capacity)
            Shrink();
    }

    /// <summary>Adds all that <paramref name="other"/> has seen; the error bound holds for the sum.</summary>
    public void Merge(FrequentItems other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other._capacity, _capacity, nameof(other));
        _counts.EnsureCapacity(_counts.Count + other._counts.Count);
        foreach (var (value, count) in other._counts)
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, value, out _) += count;
        Rows += other.Rows;
        Error += other.Error;
        if (_counts.Count > _capacity)
            Shrink();
    }

    /// <summary>The values held, most frequent first, of equal ones the ordinally first.</summary>
    public IReadOnlyList<FrequentItem> Items() =>
        [.. _counts
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => new FrequentItem(entry.Key, entry.Value, entry.Value + Error))];

    /// <summary>The summary as bytes, for <see cref="Parse"/>.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8))
        {
            writer.Write(_capacity);
            writer.Write(Rows);
            writer.Write(Error);
            writer.Write(_counts.Count);
            foreach (var (value, count) in _counts)
            {
                writer.Write(value);
                writer.Write(count);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="FormatException">The bytes are no summary.</exception>
    public static FrequentItems Parse(byte[] bytes)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
            var summary = new FrequentItems(Math.Clamp(reader.ReadInt32(), SmallestCapacity, 1 << 20)) { Rows = reader.ReadInt64(), Error = reader.ReadInt64() };
            var held = 0L;
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                var value = reader.ReadString();
                var count = reader.ReadInt64();
                held += count;
                if (value.Length > LengthMax || count <= 0 || !summary._counts.TryAdd(value, count))
                    throw new FormatException("A summary of frequent values has each of them once, with a count.");
            }

            if (summary._counts.Count > summary._capacity || summary.Error < 0 || held > summary.Rows || held < 0)
                throw new FormatException("A summary of frequent values doesn't add up.");
            return summary;
        }
        catch (EndOfStreamException problem)
        {
            throw new FormatException("A summary of frequent values ends too early.", problem);
        }
    }

    // Takes the count in the middle from all, so that half of the places are free again. At least half of the capacity had
    // it, so each row of error stands for capacity / 2 rows that were added.
    private void Shrink()
    {
        var counts = new long[_counts.Count];
        _counts.Values.CopyTo(counts, 0);
        Array.Sort(counts);
        var middle = counts[counts.Length / 2];
        Error += middle;
        // A dictionary may be changed by setting and removing while it is walked.
        foreach (var (value, count) in _counts)
        {
            if (count <= middle)
                _counts.Remove(value);
            else
                _counts[value] = count - middle;
        }
    }
}
