using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Assay.Inference.Requests;

/// <summary>Finds the commas and closing brackets of a text, sixty-four bytes at a time.</summary>
internal ref struct ValueEnds(ReadOnlySpan<byte> text)
{
    private const int Width = 64;

    private readonly ReadOnlySpan<byte> _text = text;
    private int _window = -Width;   // where the bytes begin that were looked at
    private ulong _found;   // those among them that weren't asked for yet

    /// <summary>Place of the first at a place or behind it, or the text's length. Ask for places in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int From(int place)
    {
        var behind = place - _window;
        if ((uint)behind < Width)
            _found &= ulong.MaxValue << behind;
        else
            (_window, _found) = (place, In(_text, place));
        while (_found == 0)
        {
            if (_window >= _text.Length - Width)
                return _text.Length;
            _window += Width;
            _found = In(_text, _window);
        }

        return _window + BitOperations.TrailingZeroCount(_found);
    }

    // Given what it needs, rather than this, whose fields can then stay in registers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong In(ReadOnlySpan<byte> text, int place) =>
        place <= text.Length - Width ? In(Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(text), (nuint)place)) : InEnd(text, place);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong InEnd(ReadOnlySpan<byte> text, int place)
    {
        Span<byte> end = stackalloc byte[Width];
        end.Clear();
        text[place..].CopyTo(end);
        return In(Vector512.Create<byte>(end));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong In(Vector512<byte> bytes) =>
        (Vector512.Equals(bytes, Vector512.Create((byte)',')) | Vector512.Equals(bytes, Vector512.Create((byte)']'))).ExtractMostSignificantBits();
}
