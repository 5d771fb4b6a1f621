using System.Numerics;

namespace Assay.Statistics.Sketches;

/// <summary>
/// The hash FNV-1a in 64 bits (Fowler, Noll and Vo), a step per letter: the same in every process, as counts that are
/// merged need it. Its high bits say little of short texts.
/// </summary>
internal static class Fnv1a
{
    public static ulong Of<T>(ReadOnlySpan<T> letters)
        where T : unmanaged, IBinaryInteger<T>
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in letters)
            hash = (hash ^ ulong.CreateTruncating(letter)) * 1099511628211UL;
        return hash;
    }
}
