using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Inference.Counts;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Explanations;

/// <summary>
/// A body that is passed on to another program, whose values are changed without changing its form: what that program takes, it
/// takes from an explanation too.
/// </summary>
internal sealed class PassedBody
{
    private static readonly string[] Wrappers = ["inputs", "instances", "dataframe_records", "dataframe_split"];

    private readonly JsonNode _body;
    private readonly string? _wrapper;
    private readonly bool _isTable;   // an object for each row

    private PassedBody(JsonNode body, string? wrapper, bool isTable, IReadOnlyList<NamedTensor> inputs) =>
        (_body, _wrapper, _isTable, Inputs) = (body, wrapper, isTable, inputs);

    /// <summary>What it holds.</summary>
    public IReadOnlyList<NamedTensor> Inputs { get; }

    /// <summary>What it says beside its rows of reasons; null for nothing.</summary>
    /// <exception cref="InvalidInputException">It is neither a truth nor a method.</exception>
    public static string? AskedIn(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\"explain\""u8) < 0)   // nearly all
            return null;
        var json = new Utf8JsonReader(body);
        while (FindParam(ref json))
        {
            if (!json.ValueTextEquals(AskedExplanation.Name))
                continue;
            json.Read();
            return AskedExplanation.Read(ref json);
        }

        return null;
    }

    /// <summary>Whether it says more beside its rows than of reasons, as MLflow's clients do who send parameters.</summary>
    public static bool HasParams(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\"params\""u8) < 0)   // nearly all
            return false;
        var json = new Utf8JsonReader(body);
        while (FindParam(ref json))
        {
            if (!json.ValueTextEquals(AskedExplanation.Name))
                return true;
        }

        return false;
    }

    // Stops at the next name within "params"; false at the end, and where it is no JSON, which is for its reader to say.
    private static bool FindParam(ref Utf8JsonReader json)
    {
        try
        {
            while (json.Read())
            {
                if (json.TokenType != JsonTokenType.PropertyName)
                    continue;
                if (json.CurrentDepth == 1 && !json.ValueTextEquals("params"u8))
                    json.Skip();
                else if (json.CurrentDepth == 2)
                    return true;
            }
        }
        catch (JsonException)
        {
            // Then there are no more of them.
        }

        return false;
    }

    /// <exception cref="InvalidInputException">It is in none of the forms.</exception>
    public static PassedBody Read(ReadOnlySpan<byte> body, ModelSignature signature)
    {
        var inputs = PassedTensors.Read(body, signature.Inputs, "inputs");
        if (inputs.Count == 0)
            throw new InvalidInputException("The body can't be read as rows, columns or arrays of numbers and texts, which explanations need. Send {\"inputs\":{\"NAME\":[…]}}, {\"instances\":[…]} or a dataframe_split.");
        var json = new Utf8JsonReader(body);
        var root = JsonNode.Parse(ref json)!;
        var wrapper = root is JsonObject sent ? Array.Find(Wrappers, sent.ContainsKey) : null;
        if (wrapper is not null)
            (root["params"] as JsonObject)?.Remove(AskedExplanation.Name);
        var inside = wrapper is null ? root : root[wrapper];
        return new(root, wrapper, inside is JsonArray { Count: > 0 } rows && rows[0] is JsonObject, inputs);
    }

    /// <summary>The model behind it.</summary>
    public ExplainedModel Explained(ForwardingModel model) => new(async (inputs, cancel) =>
    {
        var answer = await model.Forward(Write(inputs), "application/json", cancel);
        return PassedTensors.Read(answer.Body, model.Signature.Outputs, "predictions");
    }, model.Signature)
    { Columns = model.Columns };

    private byte[] Write(IReadOnlyList<NamedTensor> inputs)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            if (_wrapper is null)
            {
                WriteInside(json, inputs);
            }
            else
            {
                json.WriteStartObject();
                foreach (var (name, value) in _body.AsObject())
                {
                    json.WritePropertyName(name);
                    if (name == _wrapper)
                        WriteInside(json, inputs);
                    else
                        WriteAsItIs(json, value);
                }

                json.WriteEndObject();
            }
        }

        return bytes.ToArray();
    }

    private void WriteInside(Utf8JsonWriter json, IReadOnlyList<NamedTensor> inputs)
    {
        if (_wrapper == "dataframe_split")
            WriteSplit(json, inputs);
        else if (_isTable)
            WriteRows(json, inputs, isNamed: true);
        else if (_wrapper is null ? _body is JsonArray : _body[_wrapper] is JsonArray)
            TensorWriter.WriteNested(json, inputs[0]);
        else
            WriteByName(json, inputs);
    }

    private static void WriteByName(Utf8JsonWriter json, IReadOnlyList<NamedTensor> inputs)
    {
        json.WriteStartObject();
        foreach (var input in inputs)
        {
            json.WritePropertyName(input.Name);
            TensorWriter.WriteNested(json, input);
        }

        json.WriteEndObject();
    }

    private static void WriteSplit(Utf8JsonWriter json, IReadOnlyList<NamedTensor> inputs)
    {
        json.WriteStartObject();
        json.WriteStartArray("columns"u8);
        foreach (var input in inputs)
            json.WriteStringValue(input.Name);
        json.WriteEndArray();
        json.WritePropertyName("data"u8);
        WriteRows(json, inputs, isNamed: false);
        json.WriteEndObject();
    }

    private static void WriteRows(Utf8JsonWriter json, IReadOnlyList<NamedTensor> inputs, bool isNamed)
    {
        var rows = TensorRows.CountOf(inputs) ?? 0;
        json.WriteStartArray();
        for (var row = 0; row < rows; row++)
        {
            if (isNamed)
                json.WriteStartObject();
            else
                json.WriteStartArray();
            foreach (var cell in TensorRows.Take(inputs, rows, [row]))
            {
                if (isNamed)
                    json.WritePropertyName(cell.Name);
                TensorWriter.WriteNested(json, new(cell.Name, cell.Type, [.. cell.Shape.Skip(1)], cell.Bytes));
            }

            if (isNamed)
                json.WriteEndObject();
            else
                json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteAsItIs(Utf8JsonWriter json, JsonNode? value)
    {
        if (value is null)
            json.WriteNullValue();
        else
            value.WriteTo(json);
    }
}
