using System.Text;
using Assay.Inference.Requests;

namespace Assay.Inference.OpenInference.Grpc;

/// <summary>Reads the fields of a protobuf message where it was received; whatever the bytes are, it throws nothing but <see cref="InvalidInputException"/>.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;
    private const int VarintBytesMax = 10;
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>The bytes of a length-delimited field; of a number of fixed width, its own.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The value of a varint field.</summary>
    public ulong Number { get; private set; }

    /// <summary>Whether the field is a message, a text, bytes or packed numbers.</summary>
    public bool IsDelimited { get; private set; }

    /// <summary>Goes to the next field.</summary>
    public bool Read()
    {
        if (_rest.IsEmpty)
            return false;
        var tag = ReadVarint(ref _rest);
        Field = tag >> 3 is > 0 and <= int.MaxValue and var field ? (int)field : throw Broken();
        (IsDelimited, Number) = (false, 0);
        Bytes = default;
        switch ((int)(tag & 7))
        {
            case Varint:
                Number = ReadVarint(ref _rest);
                break;
            case Delimited:
                IsDelimited = true;
                var length = ReadVarint(ref _rest);
                Bytes = length <= (ulong)_rest.Length ? Take((int)length) : throw Broken();
                break;
            case Fixed64:
                Bytes = Take(sizeof(ulong));
                break;
            case Fixed32:
                Bytes = Take(sizeof(uint));
                break;
            default:
                throw Broken();
        }

        return true;
    }

    /// <summary>The field as text.</summary>
    public readonly string Text()
    {
        try
        {
            return Strict.GetString(Bytes);
        }
        catch (DecoderFallbackException)   // not UTF-8
        {
            throw Broken();
        }
    }

    /// <summary>Takes a varint off the beginning of packed numbers.</summary>
    public static ulong ReadVarint(ref ReadOnlySpan<byte> packed)
    {
        var value = 0UL;
        for (var i = 0; i < VarintBytesMax && i < packed.Length; i++)
        {
            value |= (ulong)(packed[i] & 0x7F) << (7 * i);
            if (packed[i] < 0x80)
            {
                packed = packed[(i + 1)..];
                return value;
            }
        }

        throw Broken();
    }

    public static InvalidInputException Broken() => new("The message is not the protobuf that it should be. Use a client that was made from the protocol's .proto file.");

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (bytes > _rest.Length)
            throw Broken();
        var taken = _rest[..bytes];
        _rest = _rest[bytes..];
        return taken;
    }
}
