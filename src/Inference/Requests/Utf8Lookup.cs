using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Assay.Inference.Requests;

/// <summary>Finds the index of a text by its UTF-8 bytes, as they stand in a request, without making a string.</summary>
internal sealed class Utf8Lookup
{
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _indexes;

    public Utf8Lookup(IEnumerable<string> texts)
    {
        var indexes = new Dictionary<byte[], int>(new ByBytes());
        foreach (var text in texts)
            indexes.TryAdd(Encoding.UTF8.GetBytes(text), indexes.Count);
        _indexes = indexes.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Index of the text in the order given, or -1.</summary>
    public int Find(ReadOnlySpan<byte> text) => _indexes.TryGetValue(text, out var index) ? index : -1;

    private sealed class ByBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);   // seeded per process: a caller can't aim for collisions
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
