using System.Text;

namespace Assay.Inference.Graphs;

/// <summary>A field of a protobuf message: a number (its bits), or bytes.</summary>
internal readonly record struct WireField(int Number, bool IsBytes, ulong Bits, ReadOnlyMemory<byte> Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    public float Single => BitConverter.UInt32BitsToSingle((uint)Bits);
}

/// <summary>Walks a protobuf message in place. Only an ONNX file's outline is wanted, so no generated classes are needed.</summary>
internal static class WireMessage
{
    /// <summary>The fields of a message.</summary>
    /// <exception cref="InvalidDataException">It is no message.</exception>
    public static IEnumerable<WireField> Fields(ReadOnlyMemory<byte> message)
    {
        while (!message.IsEmpty)
        {
            var tag = TakeNumber(ref message);
            var number = (int)(tag >> 3);
            yield return (tag & 7) switch
            {
                0 => new(number, false, TakeNumber(ref message), default),
                1 => new(number, false, BitConverter.ToUInt64(Take(ref message, 8).Span), default),
                2 => new(number, true, 0, Take(ref message, TakeNumber(ref message))),
                5 => new(number, false, BitConverter.ToUInt32(Take(ref message, 4).Span), default),
                _ => throw new InvalidDataException("A field has an unknown kind."),
            };
        }
    }

    /// <summary>Adds numbers of variable length, written one by one or packed.</summary>
    public static void AddWholes(WireField field, List<long> values)
    {
        if (!field.IsBytes)
        {
            values.Add((long)field.Bits);
            return;
        }

        for (var rest = field.Bytes; !rest.IsEmpty;)
            values.Add((long)TakeNumber(ref rest));
    }

    /// <summary>Adds numbers in single precision, written one by one or packed.</summary>
    public static void AddSingles(WireField field, List<double> values)
    {
        if (!field.IsBytes)
            values.Add(field.Single);
        for (var rest = field.Bytes; !rest.IsEmpty;)
            values.Add(BitConverter.ToSingle(Take(ref rest, 4).Span));
    }

    /// <summary>Adds numbers in double precision, written one by one or packed.</summary>
    public static void AddDoubles(WireField field, List<double> values)
    {
        if (!field.IsBytes)
            values.Add(BitConverter.UInt64BitsToDouble(field.Bits));
        for (var rest = field.Bytes; !rest.IsEmpty;)
            values.Add(BitConverter.ToDouble(Take(ref rest, 8).Span));
    }

    private static ulong TakeNumber(ref ReadOnlyMemory<byte> rest)
    {
        var span = rest.Span;
        var value = 0UL;
        for (var i = 0; i < span.Length && i < 10; i++)
        {
            value |= (ulong)(span[i] & 0x7F) << (7 * i);
            if (span[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("A number has no end.");
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest, ulong length)
    {
        if (length > (ulong)rest.Length)
            throw new InvalidDataException("A field is longer than its message.");
        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }
}
