using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Serving.PredictionLog.Capture;
using Assay.Serving.PredictionLog.Files;

namespace Assay.Serving.PredictionLog.Spill;

/// <summary>Leaves out and hashes inputs, by an endpoint's policy, before anything reaches the disk.</summary>
internal sealed class ColumnMask
{
    private const string LimitCode = "limit";   // too many rows or bytes, which says their number alone

    private readonly byte[] _key;
    private readonly int _width;
    private readonly ulong[]?[] _hashes;

    /// <param name="schema">Of the model; null where none answered.</param>
    /// <param name="leftOut">Names of inputs that are not kept.</param>
    /// <param name="hashed">Names of inputs that are kept as hashes.</param>
    /// <param name="key">Of the hashes: the endpoint's own, so that nobody can try values out.</param>
    /// <param name="answer">What is kept of answers of a model without a schema.</param>
    public ColumnMask(ModelSchema? schema, IReadOnlyCollection<string> leftOut, IReadOnlyCollection<string> hashed, byte[] key, RowAnswer? answer = null)
    {
        _key = key;
        Tensors = schema is null ? new(leftOut, hashed, key) : null;
        IsMasking = leftOut.Count + hashed.Count > 0;
        _width = schema?.Inputs.Count ?? answer?.Width ?? 0;
        Columns = schema is null ? [.. OfAnswer(answer)] : [.. schema.Inputs.Select((input, place) => Column(input, place, hashed)).Where(column => !leftOut.Contains(column.Input))];

        // The values of a category are few: each is hashed once.
        _hashes = [.. Columns.Select(column => column.Kept != KeptAs.Hash || schema!.Inputs[column.Source].Categories is not { } texts
            ? null
            : texts.Select(text => Hash(column.Input, text)).ToArray())];
    }

    /// <summary>Whether anything is not kept as it came.</summary>
    public bool IsMasking { get; }

    /// <summary>What is kept of inputs that are tensors; null for a table.</summary>
    public TensorMask? Tensors { get; }

    /// <summary>What is kept.</summary>
    public IReadOnlyList<LoggedColumn> Columns { get; }

    /// <summary>
    /// What is kept of what the caller was told. A sentence about a wrong value quotes it, in quotes or without, and a program quotes
    /// what it likes: where anything is masked, such a sentence is kept by its place alone.
    /// </summary>
    public string? ProblemOf(LoggedCall call)
    {
        if (!IsMasking || call.Problem is not { Code: not LimitCode } problem || call.Outcome is not (PredictOutcome.Invalid or PredictOutcome.Failed))
            return call.Problem?.Detail;
        var column = problem.Column is { } name && IsKnown(name, call) ? $"column '{name}'" : null;
        var place = string.Join(", ", new[] { problem.Row is { } row ? $"row {row}" : null, column }.OfType<string>());
        return (call.Outcome == PredictOutcome.Invalid ? "Refused" : "Failed") + (place.Length > 0 ? $" at {place}" : "")
            + ". What the caller was told is not kept, for it may quote values of inputs.";
    }

    /// <summary>Writes what is kept of one row.</summary>
    public void WriteRow(BinaryWriter writer, ReadOnlySpan<float> cells, int row)
    {
        var values = cells.Slice(row * _width, _width);
        if (!IsMasking && BitConverter.IsLittleEndian)
        {
            writer.Write(MemoryMarshal.AsBytes(values));   // all of them, as they are
            return;
        }

        for (var place = 0; place < Columns.Count; place++)
        {
            var column = Columns[place];
            var value = values[column.Source];
            if (column.Kept != KeptAs.Hash)
                writer.Write(value);
            else if (_hashes[place] is { } hashes)
                writer.Write(value == PredictionRows.MissingCategory ? 0UL : hashes[(int)value]);
            else
                writer.Write(float.IsNaN(value) ? 0UL : Hash(column.Input, value.ToString("R", CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Writes what is kept of one row as properties: inputs by their names, hashes by the names of their columns.</summary>
    public void WriteRow(Utf8JsonWriter json, ReadOnlySpan<float> cells, int row)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        WriteRow(writer, cells, row);
        var place = 0;
        foreach (var column in Columns)
        {
            json.WritePropertyName(column.Kept == KeptAs.Hash ? column.Name : column.Input);
            switch (RowGroup.Value(column, bytes.GetBuffer().AsSpan(place)))
            {
                case float number:
                    json.WriteNumberValue(number);
                    break;
                case string text:
                    json.WriteStringValue(text);
                    break;
                default:
                    json.WriteNullValue();
                    break;
            }

            place += column.SizeBytes;
        }
    }

    // A name that the model doesn't have is the caller's word, and may be a value: of a CSV without its first line it is one.
    private static bool IsKnown(string name, LoggedCall call) =>
        call.Schema?.Inputs.Any(input => input.Name == name) is true || call.Signature?.Inputs.Any(input => input.Name == name) is true
        || call.Columns?.Contains(name) is true;

    private static IEnumerable<LoggedColumn> OfAnswer(RowAnswer? answer)
    {
        if (answer?.Task != ModelTask.Multiclass)
            yield break;
        yield return new("class", KeptAs.Class, 0, answer.Classes);
        for (var place = 0; answer.KeepsProbabilities && place < answer.Classes.Count; place++)
            yield return new(answer.Classes[place], KeptAs.Probability, place + 1);
    }

    private static LoggedColumn Column(ModelInput input, int place, IReadOnlyCollection<string> hashed) =>
        hashed.Contains(input.Name) ? new(input.Name, KeptAs.Hash, place)
        : input.Type == InputType.Category ? new(input.Name, KeptAs.Category, place, input.Categories)
        : new(input.Name, KeptAs.Number, place);

    // 0 stands for a missing value, and no value has that hash.
    private ulong Hash(string input, string value)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{input}\0{value}"), hash);
        return Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(hash));
    }
}
