using System.Text.Json;
using Assay.Inference.Requests;

namespace Assay.Inference.Tensors;

/// <summary>Where a value of a tensor stands, and the sentences of what can be wrong with it: the same in every protocol.</summary>
/// <param name="Name">Of the input, or of the column where several are side by side in it.</param>
/// <param name="Type">What its elements are.</param>
/// <param name="IsColumn">Whether it is such a column.</param>
/// <param name="Row">Along the first dimension, from 1; null for a single value, and where that isn't known.</param>
internal sealed record ElementPlace(string Name, TensorType Type, bool IsColumn, int? Row)
{
    private string At => Row is null
        ? $"{(IsColumn ? "Column" : "Input")} '{Name}': "
        : $"Row {Row}, {(IsColumn ? "column" : "input")} '{Name}': ";

    /// <summary>Whether it may be NaN.</summary>
    public bool IsReal => Type is TensorType.Fp16 or TensorType.Bf16 or TensorType.Fp32 or TensorType.Fp64;

    private string Wanted => Type switch
    {
        TensorType.Bytes => "a text in quotes",
        TensorType.Bool => "true or false",
        _ => IsReal ? "a number" : "a whole number",
    };

    /// <summary>Another kind of value.</summary>
    /// <param name="token">What it is in JSON.</param>
    /// <param name="raw">As it was sent.</param>
    public InvalidInputException Expected(JsonTokenType token, ReadOnlySpan<byte> raw) => token switch
    {
        JsonTokenType.String => Wrong($"expected {Wanted}, got the text \"{InputErrors.Cut(raw)}\". Write {(Type == TensorType.Bool ? "them" : "numbers")} without quotes."),
        JsonTokenType.StartObject => Wrong($"expected {Wanted}, got an object."),
        _ => Wrong($"expected {Wanted}, got {InputErrors.Cut(raw)}."),
    };

    /// <summary>The same for a cell of a table in CSV, which has no quotes that could be left out.</summary>
    public InvalidInputException Expected(ReadOnlySpan<byte> cell) =>
        Wrong($"expected {Wanted}, got {(cell.IsEmpty ? "an empty cell" : $"the text \"{InputErrors.Cut(cell)}\"")}.");

    /// <summary>A number past what the type holds.</summary>
    public InvalidInputException TooLarge(ReadOnlySpan<byte> raw)
    {
        var most = Type switch
        {
            TensorType.Fp16 => "65504",
            TensorType.Bf16 => "3.38e38",
            TensorType.Fp32 => "3.4e38",
            _ => "1.79e308",
        };
        return Wrong($"{InputErrors.Cut(raw)} is too large for {TensorTypes.NameOf(Type)}. Send a number between -{most} and {most}.");
    }

    /// <summary>A whole number past what the type holds.</summary>
    public InvalidInputException Outside(ReadOnlySpan<byte> raw, long least, long most) =>
        Wrong($"{InputErrors.Cut(raw)} does not fit {TensorTypes.NameOf(Type)}, which is {least} to {(Type == TensorType.UInt64 ? ulong.MaxValue : (ulong)most)}.");

    /// <summary>What isn't JSON, knowing what stands where the reader stopped.</summary>
    public InvalidInputException NotJson(JsonException problem, ReadOnlySpan<byte> rest) => InputErrors.FindNotFinite(rest) is { } token
        ? Wrong($"{token} is not JSON. {(!IsReal ? $"Send {Wanted}." : token == "NaN" ? "Send null, which is NaN here." : "Send a finite number, or the tensor as bytes in the Open Inference Protocol.")}")
        : Wrong($"the body is not valid JSON {InputErrors.PlaceOf(problem)}.");

    private InvalidInputException Wrong(string what) => new($"{At}{what}", Row, Name);
}
