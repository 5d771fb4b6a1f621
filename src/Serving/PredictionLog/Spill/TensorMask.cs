using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Inference.Tensors;
using Assay.Serving.PredictionLog.Capture;

namespace Assay.Serving.PredictionLog.Spill;

/// <summary>
/// What is kept of the inputs of a model of tensors: small ones as the Open Inference Protocol writes them, of large ones the
/// shape and a digest; masked by the endpoint's policy, which names inputs, or columns of the only one. Where anything is masked,
/// of what isn't as the model's signature has it the shape is kept alone.
/// </summary>
/// <param name="leftOut">Names that are not kept.</param>
/// <param name="hashed">Names that are kept as hashes.</param>
/// <param name="key">Of the hashes.</param>
internal sealed class TensorMask(IReadOnlyCollection<string> leftOut, IReadOnlyCollection<string> hashed, byte[] key)
{
    /// <summary>Elements of a tensor that is kept whole.</summary>
    public const int ElementsMax = 256;

    /// <summary>Bytes of such a tensor.</summary>
    public const int BytesMax = 4096;

    /// <summary>Bytes of all tensors of a call of which digests are made, and which wait for that in memory.</summary>
    public const int DigestedBytesMax = 16 << 20;

    /// <summary>Bytes of JSON of a call past which further tensors are kept as digests.</summary>
    public const int TextBytesMax = 1 << 14;

    /// <summary>Tensors of a call that are kept.</summary>
    public const int TensorsMax = 64;

    /// <summary>The inputs of a call as JSON; null for one whose inputs are not known.</summary>
    public string? Text(LoggedCall call)
    {
        if (call.Inputs.Count == 0)
            return null;
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
            Write(json, call);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>Writes them as an array of tensors.</summary>
    public void Write(Utf8JsonWriter json, LoggedCall call)
    {
        var fit = leftOut.Count + hashed.Count == 0 ? null : new TensorFit(call, leftOut, hashed);
        json.WriteStartArray();
        foreach (var input in call.Inputs.Take(TensorsMax))
        {
            if (!leftOut.Contains(input.Name))
                Write(json, input, fit);
        }

        json.WriteEndArray();
    }

    private void Write(Utf8JsonWriter json, LoggedTensor input, TensorFit? fit)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, fit?.Knows(input.Name) is false && !hashed.Contains(input.Name) ? "…" : input.Name);   // a caller's word, which may be a value
        json.WriteString("datatype"u8, TensorTypes.NameOf(input.Type));
        json.WriteStartArray("shape"u8);
        foreach (var size in input.Shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        if (input.Content is { } content && hashed.Contains(input.Name))
            json.WriteString("hash"u8, Hash(input.Name, content.Bytes.Span));
        else if (input.Content is { } kept && fit?.Fits(input) is not false)
            WriteContent(json, kept, fit?.MaskedColumns);
        json.WriteEndObject();
    }

    private void WriteContent(Utf8JsonWriter json, NamedTensor content, IReadOnlyList<string>? columns)
    {
        if (content.Count <= ElementsMax && content.Bytes.Length <= BytesMax && json.BytesCommitted + json.BytesPending < TextBytesMax)
            WriteElements(json, content, columns);
        else if (columns is null)   // a digest would tell what is left out to whoever tries values out
            json.WriteString("digest"u8, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content.Bytes.Span))}");
    }

    private void WriteElements(Utf8JsonWriter json, NamedTensor content, IReadOnlyList<string>? columns)
    {
        var elements = new TensorElements(content);
        json.WriteStartArray("data"u8);
        for (var at = 0; at < content.Count; at++)
        {
            var column = columns?[at % columns.Count];
            if (column is null || !(leftOut.Contains(column) || hashed.Contains(column)))
                elements.Write(json, at);
            else if (leftOut.Contains(column))
                json.WriteNullValue();
            else
                json.WriteStringValue(Hash(column, elements.Bytes(at)));
        }

        json.WriteEndArray();
    }

    private string Hash(string name, ReadOnlySpan<byte> value)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0"));
        hash.AppendData(value);
        return BitConverter.ToUInt64(hash.GetHashAndReset()).ToString("x16", CultureInfo.InvariantCulture);
    }
}
