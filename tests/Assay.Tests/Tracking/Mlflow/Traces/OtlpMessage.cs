using System.Buffers.Binary;
using System.Text;

namespace Assay.Tests.Tracking.Mlflow.Traces;

/// <summary>A span as a test tells of it.</summary>
internal sealed record SentSpan(string TraceId, string SpanId, string Name)
{
    public string Parent { get; init; } = "";
    public ulong Start { get; init; } = 1_000_000_000;
    public ulong End { get; init; } = 2_000_000_000;
    public int Status { get; init; }
    public (string Key, object Value)[] Attributes { get; init; } = [];
}

/// <summary>OpenTelemetry's request in Protocol Buffers, written by its rules and not by the code that is tested.</summary>
internal static class OtlpMessage
{
    public static byte[] Of(params SentSpan[] spans) => Field(1, Field(2, [.. spans.SelectMany(span => Field(2, Span(span)))]));

    private static byte[] Span(SentSpan span) =>
    [
        .. Field(1, Convert.FromHexString(span.TraceId)),
        .. Field(2, Convert.FromHexString(span.SpanId)),
        .. span.Parent.Length == 0 ? [] : Field(4, Convert.FromHexString(span.Parent)),
        .. Text(5, span.Name),
        .. Number(6, 1),
        .. Fixed(7, span.Start),
        .. Fixed(8, span.End),
        .. span.Attributes.SelectMany(pair => Field(9, Pair(pair.Key, pair.Value))),
        .. Field(11, [.. Fixed(1, span.Start + 1), .. Text(2, "happened"), .. Field(3, Pair("why", "because"))]),
        .. Field(15, [.. Text(2, span.Status == 2 ? "broken" : ""), .. Number(3, (ulong)span.Status)]),
        .. Field(99, [1, 2, 3]),   // of a newer version
    ];

    private static byte[] Pair(string key, object value) => [.. Text(1, key), .. Field(2, Value(value))];

    private static byte[] Value(object value) => value switch
    {
        string text => Text(1, text),
        bool flag => Number(2, flag ? 1UL : 0),
        int number => Number(3, (ulong)number),
        double number => Fixed(4, BitConverter.DoubleToUInt64Bits(number), 1),
        object[] list => Field(5, [.. list.SelectMany(item => Field(1, Value(item)))]),
        Dictionary<string, object> pairs => Field(6, [.. pairs.SelectMany(pair => Field(1, Pair(pair.Key, pair.Value)))]),
        _ => throw new ArgumentException("unknown"),
    };

    private static byte[] Text(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int field, byte[] content) => [.. Varint((ulong)field << 3 | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    private static byte[] Fixed(int field, ulong value, ulong wire = 1)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return [.. Varint((ulong)field << 3 | wire), .. bytes];
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }
}
