using System.Buffers.Binary;
using System.Text.Json;

namespace Assay.Registry.Scans.Documents;

/// <summary>Checks a safetensors header: JSON that gives each tensor its place, without gaps, overlaps or anything behind.</summary>
internal static class SafetensorsScan
{
    private const int HeaderBytesMax = 100_000_000;

    public static bool IsOne(Stream content, ReadOnlySpan<byte> head) =>
        head.Length > 9 && head[8] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(head) is > 1 and <= HeaderBytesMax and var length && (long)length + 8 <= content.Length;

    public static void Run(Stream content, ScanScope scope)
    {
        var length = new byte[8];
        content.Position = 0;
        content.ReadExactly(length);
        var header = new byte[(int)BinaryPrimitives.ReadUInt64LittleEndian(length)];
        content.ReadExactly(header);
        try
        {
            if (Problem(header, content.Length - 8 - header.Length) is { } problem)
                scope.Find(ScanRule.Damaged, problem);
        }
        catch (JsonException)
        {
            scope.Find(ScanRule.Damaged, "the header of the tensors is no JSON");
        }
    }

    private static string? Problem(byte[] header, long dataBytes)
    {
        using var document = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            return "the header of the tensors is no object";
        var ranges = new List<(long Start, long End)>();
        foreach (var tensor in document.RootElement.EnumerateObject().Where(tensor => tensor.Name != "__metadata__"))
        {
            if (tensor.Value.ValueKind != JsonValueKind.Object
                || !tensor.Value.TryGetProperty("data_offsets", out var offsets)
                || offsets.ValueKind != JsonValueKind.Array || offsets.GetArrayLength() != 2
                || !offsets[0].TryGetInt64(out var start) || !offsets[1].TryGetInt64(out var end) || start < 0 || end < start)
            {
                return $"the tensor '{tensor.Name}' has no place";
            }

            ranges.Add((start, end));
        }

        var last = 0L;
        foreach (var (start, end) in ranges.OrderBy(range => range.Start).ThenBy(range => range.End))
        {
            if (start != last)
                return "tensors overlap, or leave bytes between them";
            last = end;
        }

        return last == dataBytes ? null : "the tensors end before or behind the end of the file";
    }
}
