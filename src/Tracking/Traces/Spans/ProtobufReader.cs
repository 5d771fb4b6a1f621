using System.Buffers.Binary;
using System.Text;

namespace Assay.Tracking.Traces.Spans;

/// <summary>Reads the fields of one message of Protocol Buffers, one after another.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int VarintWire = 0;
    private const int Fixed64Wire = 1;
    private const int BytesWire = 2;
    private const int Fixed32Wire = 5;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private ReadOnlySpan<byte> _rest = message;
    private int _wire;

    /// <summary>The number of the field that is read next; 0 after the last.</summary>
    public int Field { get; private set; }

    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        var tag = TakeVarint();
        (Field, _wire) = ((int)(tag >> 3), (int)(tag & 7));
        return Field > 0 ? true : throw new FormatException("A field of Protocol Buffers has no number.");
    }

    /// <summary>A whole number, of whichever width.</summary>
    public ulong Number() => _wire switch
    {
        VarintWire => TakeVarint(),
        Fixed64Wire => BinaryPrimitives.ReadUInt64LittleEndian(Take(8)),
        Fixed32Wire => BinaryPrimitives.ReadUInt32LittleEndian(Take(4)),
        _ => throw Wrong(),
    };

    public double Double() => _wire == Fixed64Wire ? BinaryPrimitives.ReadDoubleLittleEndian(Take(8)) : throw Wrong();

    public ReadOnlySpan<byte> Bytes()
    {
        if (_wire != BytesWire)
            throw Wrong();
        var length = TakeVarint();
        return length <= (ulong)_rest.Length ? Take((int)length) : throw new FormatException("A field of Protocol Buffers is cut off.");
    }

    public string Text()
    {
        try
        {
            return TraceFields.Kept(Utf8.GetString(Bytes()));
        }
        catch (DecoderFallbackException problem)
        {
            throw new FormatException("A text of Protocol Buffers is no UTF-8.", problem);
        }
    }

    public string Hex() => Convert.ToHexStringLower(Bytes());

    /// <summary>Passes over a field that is not wanted.</summary>
    public void Skip()
    {
        if (_wire == BytesWire)
            Bytes();
        else
            Number();
    }

    private ulong TakeVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var one = Take(1)[0];
            value |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
                return value;
        }

        throw new FormatException("A number of Protocol Buffers has no end.");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
            throw new FormatException("A field of Protocol Buffers is cut off.");
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private readonly FormatException Wrong() => new($"Field {Field} of a message of Protocol Buffers has the wrong type {_wire}.");
}
