using System.Buffers.Text;

namespace Assay.Inference.Predictions;

/// <summary>
/// Writes a 32-bit float with the fewest digits that read back as the same, as <see cref="Utf8Formatter"/> does, and several
/// times as fast for numbers of everyday size: a candidate of six to nine digits is a rounded product, and a division says
/// how far it is from the number. Whatever is unusual, or close to where two answers part, is left to the formatter.
/// </summary>
internal static class ShortFloat
{
    /// <summary>The longest float, such as -1.17549435E-38, and a comma.</summary>
    public const int BytesMax = 16;

    private const float Smallest = 1e-4f;
    private const float Largest = 1e6f;
    private const int DigitsMin = 6;   // with fewer, every decimal has a float of its own, which six digits find too
    private const int DigitsMax = 9;   // with so many, every float has a decimal of its own
    private const double Unsure = 1e-5;

    private static readonly double[] Tens = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13];

    /// <summary>Writes a finite number; returns how many bytes.</summary>
    public static int Write(float number, Span<byte> into)
    {
        var size = Math.Abs(number);
        if (size is >= Smallest and < Largest && TryRound(size, out var digits, out var decimals))
            return Write(number < 0, digits, decimals, into);
        Utf8Formatter.TryFormat(number, into, out var written);
        return written;
    }

    private static bool TryRound(float size, out uint digits, out int decimals)
    {
        const int Mantissa = 0x007FFFFF;
        const int HalfStep = 24 << 23;
        var bits = BitConverter.SingleToInt32Bits(size);
        double half = BitConverter.Int32BitsToSingle((bits & ~Mantissa) - HalfStep);   // as far is it to where the next float begins
        (digits, decimals) = (0, DigitsMin - WholeDigits(size));
        if ((bits & Mantissa) == 0)   // nearer to the float below than to the one above
            return false;
        for (var last = decimals + DigitsMax - DigitsMin; decimals <= last; decimals++)
        {
            var exact = size * Tens[decimals];
            var rounded = Math.Round(exact);
            var off = Math.Abs(rounded / Tens[decimals] - size);
            if (Math.Abs(off - half) < half * Unsure || Math.Abs(Math.Abs(exact - rounded) - 0.5) < Unsure)
                return false;
            digits = (uint)rounded;
            if (off < half)
                return true;
        }

        return false;
    }

    // 0 for 0.5, -1 for 0.05.
    private static int WholeDigits(float size)
    {
        var count = size >= 1 ? 1 : 0;
        if (size >= 1)
        {
            while (size >= Tens[count])
                count++;
            return count;
        }

        for (double scaled = size * 10.0; scaled < 1; scaled *= 10)
            count--;
        return count;
    }

    private static int Write(bool isNegative, uint digits, int decimals, Span<byte> into)
    {
        while (decimals > 0 && digits % 10 == 0)
            (digits, decimals) = (digits / 10, decimals - 1);
        Span<byte> reversed = stackalloc byte[BytesMax];
        var length = 0;
        for (; digits > 0 || length <= decimals; digits /= 10)
        {
            if (length == decimals && decimals > 0)
                reversed[length++] = (byte)'.';
            reversed[length++] = (byte)('0' + digits % 10);
        }

        if (isNegative)
            reversed[length++] = (byte)'-';
        reversed[..length].Reverse();
        reversed[..length].CopyTo(into);
        return length;
    }
}
