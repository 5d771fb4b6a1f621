using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Assay.Inference.Models;
using Assay.Inference.Processes;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Predictions;

/// <summary>
/// Answers by what they were made from: the model in memory and every cell of the request's rows, or all bytes of its tensors,
/// so that the same question is found whatever the protocol, and never for another model; of a body that is passed on unread,
/// its bytes. Bounded in bytes: what was not asked for lately goes.
/// </summary>
public sealed class PredictionCache(long bytesMax)
{
    /// <summary>Header of the answer: <c>hit</c> or <c>miss</c>.</summary>
    public const string Header = "Assay-Cache";

    private const int EntryBytes = 160;   // key, array head, and a dictionary's own

    private readonly Lock _lock = new();
    private Dictionary<CacheKey, Kept> _young = [];
    private Dictionary<CacheKey, Kept> _old = [];
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
        return Take(hash);
    }

    /// <summary>The key of these tensors, and of the outputs that are wanted, for this model.</summary>
    internal static CacheKey KeyOf(ServedModel model, in TensorQuestion question)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendNumber(hash, model.Number);
        AppendNumber(hash, question.Outputs?.Count ?? -1);
        foreach (var output in question.Outputs ?? [])
            AppendText(hash, output);
        foreach (var input in question.Inputs)
        {
            AppendText(hash, input.Name);
            AppendNumber(hash, (long)input.Type);
            AppendNumber(hash, input.Shape.Count);
            foreach (var dimension in input.Shape)
                AppendNumber(hash, dimension);
            AppendNumber(hash, input.Bytes.Length);
            hash.AppendData(input.Bytes.Span);
        }

        return Take(hash);
    }

    /// <summary>The key of a body that is passed on to this model as it is.</summary>
    internal static CacheKey KeyOf(ServedModel model, ReadOnlySpan<byte> body, string contentType)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendNumber(hash, model.Number);
        AppendText(hash, contentType);
        hash.AppendData(body);
        return Take(hash);
    }

    /// <summary>Gives the kept predictions, when there are any.</summary>
    internal bool TryGet(CacheKey key, Span<float> predictions)
    {
        if (!TryGet<float[]>(key, out var kept))
            return false;
        kept.CopyTo(predictions);
        return true;
    }

    /// <summary>Gives the kept answer of a model that is no table, when there is one.</summary>
    internal bool TryGet<T>(CacheKey key, [NotNullWhen(true)] out T? answer)
        where T : class
    {
        Kept kept;
        lock (_lock)
        {
            if (!_young.TryGetValue(key, out kept) && _old.Remove(key, out kept))
                Keep(key, kept);   // asked for again: it stays when the old ones go
        }

        answer = kept.Answer as T;
        return answer is not null;
    }

    /// <summary>Keeps predictions.</summary>
    internal void Put(CacheKey key, ReadOnlySpan<float> predictions)
    {
        if (Fits(predictions.Length * sizeof(float)))
            Put(key, new Kept(predictions.ToArray(), predictions.Length * sizeof(float)));
    }

    /// <summary>Keeps a copy of tensors, whose memory may be the request's.</summary>
    internal void Put(CacheKey key, IReadOnlyList<NamedTensor> outputs)
    {
        var bytes = outputs.Sum(output => (long)output.Bytes.Length + EntryBytes);
        if (!Fits(bytes))
            return;
        NamedTensor[] copied = [.. outputs.Select(output => new NamedTensor(output.Name, output.Type, [.. output.Shape], output.Bytes.ToArray()))];
        Put(key, new Kept(copied, bytes));
    }

    /// <summary>Keeps what a server answered, unless it refused.</summary>
    internal void Put(CacheKey key, ServerAnswer answer)
    {
        if (answer.Status == StatusCodes.Status200OK && Fits(answer.Body.Length))
            Put(key, new Kept(answer, answer.Body.Length));
    }

    // Nothing alone takes more than a quarter of the room.
    private bool Fits(long bytes) => EntryBytes + bytes <= bytesMax / 4;

    private void Put(CacheKey key, Kept kept)
    {
        lock (_lock)
            Keep(key, kept);
    }

    private void Keep(CacheKey key, Kept kept)
    {
        if (!_young.TryAdd(key, kept))
            return;
        _youngBytes += EntryBytes + kept.Bytes;
        if (_youngBytes <= bytesMax / 2)
            return;
        (_old, _young, _youngBytes) = (_young, [], 0);
    }

    private static void AppendNumber(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void AppendText(IncrementalHash hash, string text)
    {
        AppendNumber(hash, text.Length);
        hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private static CacheKey Take(IncrementalHash hash)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return MemoryMarshal.Read<CacheKey>(digest);
    }

    private readonly record struct Kept(object Answer, long Bytes);
}

/// <summary>A SHA-256 as a key.</summary>
internal readonly record struct CacheKey(ulong A, ulong B, ulong C, ulong D);
