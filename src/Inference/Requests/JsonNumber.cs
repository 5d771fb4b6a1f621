using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Assay.Inference.Requests;

/// <summary>
/// Reads numbers of JSON to the same bits as the runtime's own parser, several times as fast: eight digits at a time, and
/// what they make is divided by a power of ten that is exact.
/// </summary>
internal static class JsonNumber
{
    private const int Window = 8;
    private const int ShortBytes = 24;
    private const ulong Zeros = 0x3030303030303030;
    private const int DigitsMax = 19;   // of which a 64-bit number holds every one
    private const ulong ExactMax = 1UL << 53;

    private static readonly SearchValues<byte> Letters = SearchValues.Create("0123456789+-.eE"u8);
    private static readonly ulong[] Tens = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    // Every one of them is a double without rounding.
    private static readonly double[] Scales =
        [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>Reads the number that begins at a place and moves the place behind it; false, and nothing moved, when none does.</summary>
    /// <remarks>What follows the number is not looked at.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> text, ref int at, out double number) =>
        TryReadShort(text, ref at, out number) || TryReadLong(text, ref at, out number);

    // Up to seven digits before the point, and up to seven behind it. Without a branch on the sign, which nobody can guess.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadShort(ReadOnlySpan<byte> text, ref int at, out double number)
    {
        number = 0;
        if (at > text.Length - ShortBytes)
            return false;
        ref var first = ref Unsafe.Add(ref MemoryMarshal.GetReference(text), at);
        int minus = Unsafe.BitCast<bool, byte>(first == '-');
        var window = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, minus)) ^ Zeros;
        var whole = DigitsIn(window);
        if (whole is 0 or Window || (whole > 1 && (window & 0xFF) == 0))   // in this order: half of all numbers begin with a zero
            return false;
        var mantissa = Number(window << (64 - 8 * whole));
        var (length, scale) = (minus + whole, 0);
        if (Unsafe.Add(ref first, length) == '.')
        {
            window = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, length + 1)) ^ Zeros;
            scale = DigitsIn(window);
            if (scale is 0 or Window)
                return false;
            mantissa = mantissa * Tens[scale] + Number(window << (64 - 8 * scale));
            length += 1 + scale;
        }

        if ((Unsafe.Add(ref first, length) | 0x20) == 'e')
            return false;
        number = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits((long)mantissa / Scales[scale]) | ((long)minus << 63));
        at += length;
        return true;
    }

    private static bool TryReadLong(ReadOnlySpan<byte> text, ref int at, out double number)
    {
        var place = at;
        var isNegative = place < text.Length && text[place] == '-';
        place += isNegative ? 1 : 0;
        var (mantissa, scale) = (0UL, 0);
        var whole = Digits(text, ref place, ref mantissa);
        var isPlain = whole is > 0 and <= DigitsMax && (whole == 1 || text[place - whole] != '0');
        if (isPlain && place < text.Length && text[place] == '.')
        {
            place++;
            scale = Digits(text, ref place, ref mantissa);
            isPlain = scale > 0 && whole + scale <= DigitsMax;
        }

        if (!isPlain || (place < text.Length && (text[place] | 0x20) == 'e') || !TryDivide(mantissa, scale, out number))
            return TryReadAny(text, ref at, out number);
        number = isNegative ? -number : number;
        at = place;
        return true;
    }

    // How many digits stand at a place; the number grows by them, and is nonsense when they are more than it can hold.
    private static int Digits(ReadOnlySpan<byte> text, ref int place, ref ulong number)
    {
        var start = place;
        int count;
        do
        {
            var window = (place <= text.Length - Window ? BinaryPrimitives.ReadUInt64LittleEndian(text[place..]) : End(text, place)) ^ Zeros;
            count = DigitsIn(window);
            if (count == 0)
                break;
            number = number * Tens[count] + Number(window << (64 - 8 * count));
            place += count;
        }
        while (count == Window && place - start <= DigitsMax);
        return place - start;
    }

    private static ulong End(ReadOnlySpan<byte> text, int place)
    {
        Span<byte> end = stackalloc byte[Window];
        end.Clear();
        text[Math.Min(place, text.Length)..].CopyTo(end);
        return BinaryPrimitives.ReadUInt64LittleEndian(end);
    }

    // Of eight characters less '0' each: how many are digits before the first that is none.
    private static int DigitsIn(ulong window)
    {
        var others = (((window & 0x7F7F7F7F7F7F7F7F) + 0x7676767676767676) | window) & 0x8080808080808080;
        return BitOperations.TrailingZeroCount(others) / 8;
    }

    // Eight values of a digit, the first in the lowest byte: neighbours become pairs, pairs fours, and fours the whole.
    private static ulong Number(ulong digits)
    {
        digits = digits * 10 + (digits >> 8);
        var low = (digits & 0x000000FF000000FF) * (100 + (1_000_000UL << 32));
        var high = ((digits >> 16) & 0x000000FF000000FF) * (1 + (10_000UL << 32));
        return (low + high) >> 32;
    }

    /// <summary>A mantissa over a power of ten, rounded once; false where that can't be told for sure.</summary>
    /// <remarks>
    /// Where the mantissa is no double, the quotient is made of two, and their sum is the nearest one unless what may be
    /// missing at its end would make it another.
    /// </remarks>
    public static bool TryDivide(ulong mantissa, int scale, out double number)
    {
        var divisor = Scales[scale];
        number = mantissa / divisor;
        if (mantissa <= ExactMax)
            return true;
        var high = (double)(mantissa & ~0x7FFUL);
        var quotient = high / divisor;
        var rest = (Math.FusedMultiplyAdd(-quotient, divisor, high) + (mantissa & 0x7FF)) / divisor;
        number = quotient + rest;
        const double Missing = 1.0 / (1UL << 48);
        return quotient + rest * (1 + Missing) == number && quotient + rest * (1 - Missing) == number;
    }

    private static bool TryReadAny(ReadOnlySpan<byte> text, ref int at, out double number)
    {
        var token = text[at..];
        var end = token.IndexOfAnyExcept(Letters);
        token = end < 0 ? token : token[..end];
        number = 0;
        if (!IsNumber(token) || !Utf8Parser.TryParse(token, out number, out var read) || read != token.Length)
            return false;
        at += token.Length;
        return true;
    }

    // As JSON writes it: no plus, no zero before other digits, and digits on both sides of a point.
    private static bool IsNumber(ReadOnlySpan<byte> token)
    {
        if (token is [(byte)'-', ..])
            token = token[1..];
        var whole = Skip(ref token);
        if (whole.IsEmpty || whole is [(byte)'0', _, ..])
            return false;
        if (token is [(byte)'.', ..])
        {
            token = token[1..];
            if (Skip(ref token).IsEmpty)
                return false;
        }

        if (token is [(byte)'e' or (byte)'E', ..])
        {
            token = token[(token is [_, (byte)'+' or (byte)'-', ..] ? 2 : 1)..];
            if (Skip(ref token).IsEmpty)
                return false;
        }

        return token.IsEmpty;
    }

    private static ReadOnlySpan<byte> Skip(ref ReadOnlySpan<byte> token)
    {
        var count = token.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var digits = count < 0 ? token : token[..count];
        token = token[digits.Length..];
        return digits;
    }
}
