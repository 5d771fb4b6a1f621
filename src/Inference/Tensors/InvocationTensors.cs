using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Inference.Requests;

namespace Assay.Inference.Tensors;

/// <summary>Tensors as MLflow's scoring protocol has them: <c>{"inputs":{…}}</c> there, <c>{"predictions":…}</c> back.</summary>
internal static class InvocationTensors
{
    private const string Predictions = "predictions";

    public static byte[] Write(IReadOnlyList<NamedTensor> inputs, ModelSignature signature)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartObject("inputs"u8);
            foreach (var input in inputs)
            {
                json.WritePropertyName(input.Name);
                if (signature.Inputs.Any(wanted => wanted.Name == input.Name && wanted.IsColumn))
                    TensorWriter.WriteFlat(json, input);
                else
                    TensorWriter.WriteNested(json, input);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    /// <summary>One tensor, or one per name where the answer is an object or a row of names per row.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidInputException">It is no tensor.</exception>
    public static List<NamedTensor> Read(byte[] body, ModelSignature signature)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var said = root.ValueKind == JsonValueKind.Object && root.TryGetProperty(Predictions, out var predictions) ? predictions : root;
        if (said.ValueKind == JsonValueKind.Object)
            return [.. said.EnumerateObject().Select(output => Whole(output.Name, output.Value, signature))];
        if (said.ValueKind == JsonValueKind.Array && said.GetArrayLength() > 0 && said[0].ValueKind == JsonValueKind.Object)
            return Records(said, signature);
        return [Whole(signature.Outputs is [var only] ? only.Name : Predictions, said, signature)];
    }

    private static NamedTensor Whole(string name, JsonElement value, ModelSignature signature)
    {
        var builder = new TensorBuilder(name, TypeOf(name, value, signature));
        var json = Reader(value);
        builder.Read(ref json);
        return builder.Finish(null);
    }

    private static List<NamedTensor> Records(JsonElement rows, ModelSignature signature)
    {
        var builders = rows[0].EnumerateObject().ToDictionary(
            field => field.Name, field => new TensorBuilder(field.Name, TypeOf(field.Name, field.Value, signature)), StringComparer.Ordinal);
        foreach (var row in rows.EnumerateArray())
        {
            foreach (var (name, builder) in builders)
            {
                var json = Reader(row.GetProperty(name));
                builder.AddRow(ref json);
            }
        }

        return [.. builders.Values.Select(builder => builder.Finish(null))];
    }

    private static Utf8JsonReader Reader(JsonElement value)
    {
        var json = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(value));
        json.Read();
        return json;
    }

    private static TensorType TypeOf(string name, JsonElement value, ModelSignature signature)
    {
        if (signature.Outputs.FirstOrDefault(output => output.Name == name) is { } known)
            return TensorTypes.Find(known.Datatype)!.Value;
        while (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
            value = value[0];
        return value.ValueKind switch
        {
            JsonValueKind.String => TensorType.Bytes,
            JsonValueKind.True or JsonValueKind.False => TensorType.Bool,
            _ => TensorType.Fp64,
        };
    }
}
