using System.Buffers;
using System.Text.Json;

namespace Assay.Inference.Requests;

/// <summary>The UTF-8 text of a reader's current string: in place, or without its escapes in pooled memory.</summary>
internal readonly ref struct TextBuffer
{
    private readonly byte[]? _pooled;

    /// <exception cref="InvalidInputException">Its escapes aren't Unicode.</exception>
    public TextBuffer(in Utf8JsonReader json, int? row, string? column)
    {
        Text = json.ValueSpan;
        if (!json.ValueIsEscaped)
            return;

        _pooled = ArrayPool<byte>.Shared.Rent(json.ValueSpan.Length);
        try
        {
            Text = _pooled.AsSpan(0, json.CopyString(_pooled));
        }
        catch (InvalidOperationException)   // half of a surrogate pair
        {
            Dispose();
            throw InputErrors.NotText(row, column);
        }
    }

    public ReadOnlySpan<byte> Text { get; }

    public void Dispose()
    {
        if (_pooled is not null)
            ArrayPool<byte>.Shared.Return(_pooled);
    }
}
