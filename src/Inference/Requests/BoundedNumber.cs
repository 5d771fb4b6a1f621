using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Assay.Inference.Requests;

/// <summary>
/// Reads numbers of JSON whose end is known to the same bits as <see cref="JsonNumber"/>, all digits of one at once. What is
/// longer or of another form, such as with an exponent, is left to that.
/// </summary>
internal static class BoundedNumber
{
    private const int Width = 16;
    private const byte Point = unchecked((byte)('.' - '0'));
    private const ulong ExactMax = 1UL << 53;
    private const ulong EightDigits = 100_000_000;
    private const ulong SixteenDigits = EightDigits * EightDigits;

    // By how far the point is from the end; the last is for none.
    private static ReadOnlySpan<double> Scales => [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1];

    // Read from place n on: the last n bytes of sixteen.
    private static ReadOnlySpan<byte> Last => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255];

    /// <summary>The number that fills the text between two places; NaN where this can't read it, or it is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Read(ReadOnlySpan<byte> text, int at, int end)
    {
        if (!Sse41.IsSupported || end < Width || (uint)at >= (uint)end || end > text.Length)
            return double.NaN;
        ref var first = ref MemoryMarshal.GetReference(text);
        int minus = Unsafe.BitCast<bool, byte>(Unsafe.Add(ref first, at) == '-');   // no branch, for nobody can guess it
        var length = end - at - minus;
        if ((uint)(length - 1) >= Width)
            return minus == 0 ? ReadLonger(text, at, end) : -ReadLonger(text, at + 1, end);

        var bytes = (Vector128.LoadUnsafe(ref first, (nuint)(end - Width)) - Vector128.Create((byte)'0')) & Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Last), (nuint)length);
        var point = 31 - BitOperations.LeadingZeroCount(Vector128.Equals(bytes, Vector128.Create(Point)).ExtractMostSignificantBits());   // -1 for none
        var places = Vector128<byte>.Indices;
        var upToPoint = Vector128.LessThanOrEqual(places.AsSByte(), Vector128.Create((sbyte)point)).AsByte();   // 255, or one less
        var digits = Ssse3.Shuffle(bytes, places + upToPoint);   // those before the point move up
        var whole = point < 0 ? length : point + length - Width;
        if (Vector128.Min(digits, Vector128.Create((byte)9)) != digits
            || whole < 1 || point == Width - 1 || (whole > 1 && Unsafe.Add(ref first, at + minus) == '0'))   // in this order: half of all numbers begin with a zero
            return double.NaN;

        var mantissa = Number(digits);
        var number = (long)mantissa / Scales[Width - 1 - point];   // rounded once, where the mantissa is exact
        return mantissa <= ExactMax ? BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(number) | ((long)minus << 63)) : double.NaN;
    }

    // One digit, the point, and fifteen to seventeen digits: what programs write that write all of a double.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double ReadLonger(ReadOnlySpan<byte> text, int at, int end)
    {
        var decimals = end - at - 2;
        if (decimals is < Width - 1 or > Width + 1 || text[at + 1] != '.')
            return double.NaN;
        var (first, second) = ((uint)text[at] - '0', decimals > Width ? (uint)text[at + 2] - '0' : 0);
        var digits = (Vector128.Create(text[(end - Width)..]) - Vector128.Create((byte)'0')) & Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Last), (nuint)Math.Min(decimals, Width));
        if (first > 9 || second > 9 || Vector128.Min(digits, Vector128.Create((byte)9)) != digits)
            return double.NaN;
        var mantissa = decimals > Width ? (first * 10 + second) * SixteenDigits : first * (decimals == Width ? SixteenDigits : SixteenDigits / 10);
        return JsonNumber.TryDivide(mantissa + Number(digits), decimals, out var number) ? number : double.NaN;
    }

    // Neighbours become pairs, pairs fours, and fours two eights.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Number(Vector128<byte> digits)
    {
        var pairs = Ssse3.MultiplyAddAdjacent(digits, Vector128.Create((ushort)(10 + (1 << 8))).AsSByte());
        var fours = Sse2.MultiplyAddAdjacent(pairs, Vector128.Create(100 + (1 << 16)).AsInt16());
        var eights = Sse2.MultiplyAddAdjacent(Sse41.PackUnsignedSaturate(fours, fours).AsInt16(), Vector128.Create(10_000 + (1 << 16)).AsInt16()).AsUInt64().ToScalar();
        return (uint)eights * EightDigits + (eights >> 32);
    }
}
