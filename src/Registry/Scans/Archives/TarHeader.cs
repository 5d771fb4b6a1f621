using System.Text;

namespace Assay.Registry.Scans.Archives;

/// <summary>A member's header in a tar.</summary>
/// <param name="Name">With the prefix of newer forms.</param>
/// <param name="Type">The type flag.</param>
/// <param name="Bytes">Size of what follows.</param>
internal sealed record TarHeader(string Name, char Type, long Bytes)
{
    public const int Length = 512;
    private const int ChecksumAt = 148;

    public bool IsFile => Type is '0' or '\0' or '7';

    public bool IsLink => Type is '1' or '2';

    public bool IsDevice => Type is '3' or '4' or '6';

    public static bool IsOne(ReadOnlySpan<byte> block) => Read(block) is { Name.Length: > 0 };

    /// <summary>The header; null when the checksum is not right.</summary>
    public static TarHeader? Read(ReadOnlySpan<byte> block)
    {
        if (block.Length < Length || Number(block.Slice(ChecksumAt, 8)) is not { } checksum || checksum != Sum(block[..Length]))
            return null;
        if (Number(block.Slice(124, 12)) is not { } size)
            return null;
        var name = Text(block[..100]);
        var prefix = block.Slice(257, 5).SequenceEqual("ustar"u8) && block[262] == 0 ? Text(block.Slice(345, 155)) : "";
        return new(prefix.Length == 0 ? name : $"{prefix}/{name}", (char)block[156], size);
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    // The checksum counts itself as eight spaces.
    private static long Sum(ReadOnlySpan<byte> block)
    {
        var sum = 0L;
        for (var at = 0; at < Length; at++)
            sum += at is >= ChecksumAt and < ChecksumAt + 8 ? (byte)' ' : block[at];
        return sum;
    }

    private static long? Number(ReadOnlySpan<byte> field)
    {
        if (field[0] == 0x80)
        {
            var number = 0L;
            foreach (var digit in field[1..])
                number = number > long.MaxValue >> 9 ? -1 : (number << 8) | digit;
            return number < 0 ? null : number;
        }

        var (value, digits) = (0L, 0);
        foreach (var letter in field)
        {
            if (letter is >= (byte)'0' and <= (byte)'7')
                (value, digits) = ((value << 3) + letter - '0', digits + 1);
            else if (letter is not ((byte)' ' or 0))
                return null;
        }

        return digits == 0 ? null : value;
    }
}
