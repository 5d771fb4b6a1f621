namespace Assay.Registry.Scans.Documents;

/// <summary>A field of a protobuf message: a number, or a part of the stream.</summary>
internal readonly record struct ProtobufField(int Number, int WireType, long Value, long Start, long Length)
{
    public bool IsMessage => WireType == 2;
}

/// <summary>Walks protobuf messages in place, without their descriptions and without holding them.</summary>
internal sealed class Protobuf(Stream content, ScanBudget budget)
{
    private const int TextBytesMax = 4096;
    private readonly byte[] _buffer = new byte[4096];
    private long _bufferStart;
    private int _count;

    public long Length => content.Length;

    /// <summary>The fields of the message at this place.</summary>
    /// <exception cref="InvalidDataException">It is no message.</exception>
    public IEnumerable<ProtobufField> Fields(long start, long length)
    {
        var (position, end, depth) = (start, start + length, 0);
        while (position < end)
        {
            budget.CountStep();
            var tag = Number(ref position, end);
            var (number, wireType) = ((int)(tag >> 3), (int)(tag & 7));
            if (number <= 0 || tag is < 0 or > uint.MaxValue)
                throw new InvalidDataException("A field has no number.");
            switch (wireType)
            {
                case 0:
                    var value = Number(ref position, end);
                    if (depth == 0)
                        yield return new(number, wireType, value, 0, 0);
                    break;
                case 1 or 5:
                    position += wireType == 1 ? 8 : 4;
                    break;
                case 2:
                    var size = Number(ref position, end);
                    if (size < 0 || size > end - position)
                        throw new InvalidDataException("A field is longer than its message.");
                    if (depth == 0)
                        yield return new(number, wireType, 0, position, size);
                    position += size;
                    break;
                case 3 or 4:
                    // Groups, as old as protobuf: their fields stand in the same row, and are nobody's here.
                    depth += wireType == 3 ? 1 : -1;
                    if (depth < 0)
                        throw new InvalidDataException("A group ends that did not begin.");
                    break;
                default:
                    throw new InvalidDataException("A field has an unknown kind.");
            }
        }

        if (position != end)
            throw new InvalidDataException("A field is longer than its message.");
        if (depth != 0)
            throw new InvalidDataException("A group does not end.");
    }

    /// <summary>The messages in a field of that number.</summary>
    public IEnumerable<ProtobufField> Messages(ProtobufField message, int number) =>
        Fields(message.Start, message.Length).Where(field => field.IsMessage && field.Number == number);

    /// <summary>A text field; cut where it is too long to be a name.</summary>
    public string Text(ProtobufField field)
    {
        var bytes = new byte[(int)Math.Min(field.Length, TextBytesMax)];
        content.Position = field.Start;
        content.ReadExactly(bytes);
        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    /// <summary>The text in a field of that number, of which there is one; empty when there is none.</summary>
    /// <exception cref="InvalidDataException">There are several: programs differ in which of them they take, and no library writes such a message.</exception>
    public string Text(ProtobufField message, int number) => Messages(message, number).Take(2).Select(field => Text(field)).ToList() switch
    {
        [] => "",
        [var text] => text,
        _ => throw new InvalidDataException($"A message has field {number} more than once, of which it may have one."),
    };

    private long Number(ref long position, long end)
    {
        var number = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (position >= end)
                throw new InvalidDataException("A number does not end.");
            var next = ByteAt(position++);
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return (long)number;
        }

        throw new InvalidDataException("A number does not end.");
    }

    private byte ByteAt(long position)
    {
        if (position < _bufferStart || position >= _bufferStart + _count)
        {
            content.Position = _bufferStart = position;
            _count = content.Read(_buffer);
            if (_count == 0)
                throw new InvalidDataException("The message ends early.");
        }

        return _buffer[(int)(position - _bufferStart)];
    }
}
