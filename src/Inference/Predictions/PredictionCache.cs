using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Predictions;

/// <summary>
/// Predictions by what they were made from: the model in memory and every cell of the request's rows, so that the same rows
/// are found whatever the protocol, and never for another model. Bounded in bytes: what was not asked for lately goes.
/// </summary>
public sealed class PredictionCache(long bytesMax)
{
    /// <summary>Header of the answer: <c>hit</c> or <c>miss</c>.</summary>
    public const string Header = "Assay-Cache";

    private const int EntryBytes = 160;   // key, array head, and a dictionary's own

    private readonly Lock _lock = new();
    private Dictionary<CacheKey, float[]> _young = [];
    private Dictionary<CacheKey, float[]> _old = [];
    private long _youngBytes;

    /// <summary>The key of these rows for this model.</summary>
    internal static CacheKey KeyOf(ServedModel model, PredictionRows rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(head, model.Number);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], rows.Count);
        hash.AppendData(head);
        hash.AppendData(MemoryMarshal.AsBytes(rows.Cells));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return MemoryMarshal.Read<CacheKey>(digest);
    }

    /// <summary>Gives the kept predictions, when there are any.</summary>
    internal bool TryGet(CacheKey key, Span<float> predictions)
    {
        float[]? kept;
        lock (_lock)
        {
            if (!_young.TryGetValue(key, out kept))
            {
                if (!_old.Remove(key, out kept))
                    return false;
                Keep(key, kept);   // asked for again: it stays when the old ones go
            }
        }

        kept.CopyTo(predictions);
        return true;
    }

    /// <summary>Keeps predictions, unless they alone would take more than a quarter of the room.</summary>
    internal void Put(CacheKey key, ReadOnlySpan<float> predictions)
    {
        if (SizeOf(predictions.Length) > bytesMax / 4)
            return;
        var kept = predictions.ToArray();
        lock (_lock)
            Keep(key, kept);
    }

    private void Keep(CacheKey key, float[] kept)
    {
        if (!_young.TryAdd(key, kept))
            return;
        _youngBytes += SizeOf(kept.Length);
        if (_youngBytes <= bytesMax / 2)
            return;
        (_old, _young, _youngBytes) = (_young, [], 0);
    }

    private static long SizeOf(int predictions) => EntryBytes + predictions * sizeof(float);
}

/// <summary>A SHA-256 as a key.</summary>
internal readonly record struct CacheKey(ulong A, ulong B, ulong C, ulong D);
