using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Metrics;

/// <summary>
/// Makes JSON of the points of one run's metric. An answer has thousands of them that differ in three numbers, so what is the
/// same in all of them is put into bytes once.
/// </summary>
/// <param name="key">Name of the metric.</param>
/// <param name="runId">The run, where the points of several are in the list.</param>
internal sealed class HistoryItems(string key, string? runId = null)
{
    // Three numbers with what stands between them: a double takes at most 24 characters, a long 20.
    private const int NumbersLengthMax = 120;
    private readonly byte[] _before = Encoding.UTF8.GetBytes($$"""{"key":{{JsonSerializer.Serialize(key)}},"value":""");
    private readonly byte[] _after = Encoding.UTF8.GetBytes(runId is null ? "}" : $$""","run_id":"{{runId}}"}""");

    /// <summary>Bytes that an item takes at most.</summary>
    public int LengthMax => _before.Length + _after.Length + NumbersLengthMax;

    /// <returns>Bytes that the item takes.</returns>
    public int Write(Span<byte> to, in HistoryPoint point)
    {
        _before.CopyTo(to);
        var length = _before.Length;
        length += Value(to[length..], point.Value);
        length += Field(to[length..], ",\"timestamp\":"u8, point.At);
        length += Field(to[length..], ",\"step\":"u8, point.Step);
        _after.CopyTo(to[length..]);
        return length + _after.Length;
    }

    private static int Value(Span<byte> to, double value)
    {
        if (double.IsFinite(value))
        {
            value.TryFormat(to, out var written, provider: CultureInfo.InvariantCulture);
            return written;
        }

        return Encoding.UTF8.GetBytes($"\"{JsonFields.NotFinite(value)}\"", to);
    }

    private static int Field(Span<byte> to, ReadOnlySpan<byte> name, long value)
    {
        name.CopyTo(to);
        value.TryFormat(to[name.Length..], out var written, provider: CultureInfo.InvariantCulture);
        return name.Length + written;
    }
}
