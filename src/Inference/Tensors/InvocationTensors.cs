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
        return Read(said, signature.Outputs is [var only] ? only.Name : Predictions, signature);
    }

    /// <summary>The same of what stands inside, without a signature that says types.</summary>
    /// <param name="said">An object, rows or a value.</param>
    /// <param name="name">What it is called where it is one tensor.</param>
    /// <exception cref="InvalidInputException">It is no tensor.</exception>
    public static List<NamedTensor> Read(JsonElement said, string name) => Read(said, name, new([], []));

    /// <summary>Tensors of rows that have a cell for each column.</summary>
    /// <param name="first">Names of the columns, each with the first row's cell.</param>
    /// <param name="rows">How to find a row's cells.</param>
    /// <exception cref="InvalidInputException">They are no tensors.</exception>
    public static List<NamedTensor> Records(IReadOnlyList<(string Name, JsonElement Cell)> first, IEnumerable<Func<int, JsonElement>> rows) =>
        Records(first, rows, new([], []));

    private static List<NamedTensor> Read(JsonElement said, string name, ModelSignature signature)
    {
        if (said.ValueKind == JsonValueKind.Object)
            return [.. said.EnumerateObject().Select(output => Whole(output.Name, output.Value, signature))];
        if (said.ValueKind == JsonValueKind.Array && said.GetArrayLength() > 0 && said[0].ValueKind == JsonValueKind.Object)
        {
            List<(string Name, JsonElement Cell)> first = [.. said[0].EnumerateObject().Select(field => (field.Name, field.Value))];
            return Records(first, said.EnumerateArray().Select<JsonElement, Func<int, JsonElement>>(row => place => row.GetProperty(first[place].Name)), signature);
        }

        return [Whole(name, said, signature)];
    }

    private static NamedTensor Whole(string name, JsonElement value, ModelSignature signature)
    {
        var builder = new TensorBuilder(name, TypeOf(name, value, signature));
        var json = Reader(value);
        builder.Read(ref json);
        return builder.Finish(null);
    }

    private static List<NamedTensor> Records(
        IReadOnlyList<(string Name, JsonElement Cell)> first, IEnumerable<Func<int, JsonElement>> rows, ModelSignature signature)
    {
        List<TensorBuilder> builders = [.. first.Select(column => new TensorBuilder(column.Name, TypeOf(column.Name, column.Cell, signature)))];
        foreach (var cell in rows)
        {
            for (var place = 0; place < builders.Count; place++)
            {
                var json = Reader(cell(place));
                builders[place].AddRow(ref json);
            }
        }

        return builders.ConvertAll(builder => builder.Finish(null));
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
