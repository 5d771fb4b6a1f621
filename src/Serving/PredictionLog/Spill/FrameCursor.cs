using System.Buffers.Binary;
using System.Text;

namespace Assay.Serving.PredictionLog.Spill;

/// <summary>Reads a frame from its beginning to its end, in the form of <see cref="BinaryWriter"/>.</summary>
internal ref struct FrameCursor(ReadOnlySpan<byte> frame, int place)
{
    private readonly ReadOnlySpan<byte> _frame = frame;

    /// <summary>Bytes that were read, and those that were skipped at first.</summary>
    public int Place { get; private set; } = place;

    public byte Byte() => _frame[Place++];

    public bool Flag() => Byte() != 0;

    public short Short() => BinaryPrimitives.ReadInt16LittleEndian(Bytes(sizeof(short)));

    public int Integer() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(sizeof(int)));

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(sizeof(long)));

    public float Number() => BinaryPrimitives.ReadSingleLittleEndian(Bytes(sizeof(float)));

    /// <summary>A text; the one given, where it is the same: most calls of a segment are of one caller.</summary>
    public string Text(string former = "")
    {
        var bytes = Bytes(Length());
        return bytes.Length == former.Length && Ascii.Equals(bytes, former) ? former : Encoding.UTF8.GetString(bytes);
    }

    /// <summary>A text that may be missing.</summary>
    public string? OptionalText(string? former) => Flag() ? Text(former ?? "") : null;

    public ReadOnlySpan<byte> Bytes(int count)
    {
        var bytes = _frame.Slice(Place, count);
        Place += count;
        return bytes;
    }

    // Seven bits a byte, the lowest first; the eighth says that there are more.
    private int Length()
    {
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = Byte();
            length |= (part & 0x7F) << shift;
            if (part < 0x80)
                return length;
        }
    }
}
