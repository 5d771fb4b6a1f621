using System.Buffers;
using System.Text;
using System.Text.Json;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Metrics;

/// <summary>
/// Writes points of one run's metric as items of a list. An answer has thousands of them that differ in three numbers, so
/// what is the same in all of them is put into bytes once.
/// </summary>
internal static class HistoryJson
{
    // Three numbers with what stands between them: a double takes at most 24 characters, a long 20.
    private const int NumbersLengthMax = 120;

    /// <param name="json">Within the list.</param>
    /// <param name="key">Name of the metric.</param>
    /// <param name="points">The points.</param>
    /// <param name="runId">The run, where the points of several are in the list.</param>
    public static void Write(Utf8JsonWriter json, string key, ReadOnlySpan<HistoryPoint> points, string? runId = null)
    {
        var before = Encoding.UTF8.GetBytes($$"""{"key":{{JsonSerializer.Serialize(key)}},"value":""");
        var after = Encoding.UTF8.GetBytes(runId is null ? "}" : $$""","run_id":"{{runId}}"}""");
        var buffer = ArrayPool<byte>.Shared.Rent(before.Length + after.Length + NumbersLengthMax);
        before.CopyTo(buffer, 0);
        foreach (ref readonly var point in points)
        {
            var length = before.Length;
            length += Value(buffer.AsSpan(length), point.Value);
            length += Field(buffer.AsSpan(length), ",\"timestamp\":"u8, point.At);
            length += Field(buffer.AsSpan(length), ",\"step\":"u8, point.Step);
            after.CopyTo(buffer, length);
            json.WriteRawValue(buffer.AsSpan(0, length + after.Length), skipInputValidation: true);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static int Value(Span<byte> to, double value)
    {
        if (double.IsFinite(value))
        {
            value.TryFormat(to, out var written, provider: System.Globalization.CultureInfo.InvariantCulture);
            return written;
        }

        return Encoding.UTF8.GetBytes($"\"{JsonFields.NotFinite(value)}\"", to);
    }

    private static int Field(Span<byte> to, ReadOnlySpan<byte> name, long value)
    {
        name.CopyTo(to);
        value.TryFormat(to[name.Length..], out var written, provider: System.Globalization.CultureInfo.InvariantCulture);
        return name.Length + written;
    }
}
