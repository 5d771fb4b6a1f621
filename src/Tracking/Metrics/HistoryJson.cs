using System.Buffers;
using System.Text;
using System.Text.Json;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Metrics;

/// <summary>Writes points of a metric as items of a list.</summary>
internal static class HistoryJson
{
    // So much of an answer is made before it is sent; the client reads it while the next part is made.
    private const int PartBytes = 64 << 10;

    /// <param name="json">Within the list.</param>
    /// <param name="key">Name of the metric.</param>
    /// <param name="points">The points.</param>
    /// <param name="runId">The run, where the points of several are in the list.</param>
    public static void Write(Utf8JsonWriter json, string key, ReadOnlySpan<HistoryPoint> points, string? runId = null)
    {
        var items = new HistoryItems(key, runId);
        var buffer = ArrayPool<byte>.Shared.Rent(items.LengthMax);
        foreach (ref readonly var point in points)
            json.WriteRawValue(buffer.AsSpan(0, items.Write(buffer, point)), skipInputValidation: true);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Answers with the list of these points, part by part, so that an answer of any length takes no more memory.</summary>
    /// <param name="call">The request.</param>
    /// <param name="key">Name of the metric.</param>
    /// <param name="points">At least one point.</param>
    /// <param name="count">How many of them are in the answer.</param>
    /// <param name="nextPage">Where the next page begins; null when this is the last.</param>
    public static async Task Answer(MlflowCall call, string key, HistoryPoints points, int count, string? nextPage)
    {
        call.Http.Response.ContentType = "application/json";
        var (body, items) = (call.Http.Response.BodyWriter, new HistoryItems(key));
        var end = Encoding.UTF8.GetBytes(nextPage is null ? "]}" : $$"""],"next_page_token":{{JsonSerializer.Serialize(nextPage)}}}""");
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(PartBytes, items.LengthMax + end.Length + 32));
        try
        {
            var length = Add(buffer, 0, "{\"metrics\":["u8);
            for (var next = 0; next < count;)
            {
                length = Add(buffer, length, items, points, ref next, count);
                if (next == count && buffer.Length - length >= end.Length)
                    (length, end) = (Add(buffer, length, end), []);
                await body.WriteAsync(buffer.AsMemory(0, length), call.Cancel);
                length = 0;
            }

            if (end.Length > 0)
                await body.WriteAsync(end, call.Cancel);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // As many items as there is room for.
    private static int Add(byte[] buffer, int length, HistoryItems items, HistoryPoints points, ref int next, int count)
    {
        var room = items.LengthMax + 1;
        foreach (ref readonly var point in points.Take(count)[next..])
        {
            if (buffer.Length - length < room)
                break;
            if (next++ > 0)
                buffer[length++] = (byte)',';
            length += items.Write(buffer.AsSpan(length), point);
        }

        return length;
    }

    private static int Add(byte[] buffer, int length, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.AsSpan(length));
        return length + bytes.Length;
    }
}
