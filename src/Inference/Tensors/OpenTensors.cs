using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Inference.Requests;

namespace Assay.Inference.Tensors;

/// <summary>What an inference request of the Open Inference Protocol asks.</summary>
/// <param name="Inputs">Its tensors.</param>
/// <param name="Outputs">The outputs that are wanted; null for all.</param>
/// <param name="Id">Given back in the answer; null when there was none.</param>
/// <param name="BinaryOutputs">The outputs that are wanted as bytes; null for all of them.</param>
internal sealed record OpenRequest(
    IReadOnlyList<NamedTensor> Inputs, IReadOnlyList<string>? Outputs, string? Id, IReadOnlySet<string>? BinaryOutputs)
{
    /// <summary>Whether reasons are wanted, and by which method; null for predictions alone.</summary>
    public string? Explain { get; init; }
}

/// <summary>Tensors as the Open Inference Protocol has them in JSON, with bytes behind it.</summary>
internal static class OpenTensors
{
    /// <summary>Reads what is asked.</summary>
    /// <param name="body">The JSON.</param>
    /// <param name="tail">The bytes behind it.</param>
    /// <param name="signature">Of the model that is asked, for the form that errors show.</param>
    /// <exception cref="InvalidInputException">It can't be read; the message names the input.</exception>
    public static OpenRequest ReadRequest(ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> tail, ModelSignature signature)
    {
        using var document = Parse(body);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("inputs", out var inputs) || inputs.ValueKind != JsonValueKind.Array)
            throw new InvalidInputException($"The body has no 'inputs'. {TensorErrors.Form(signature)}");
        if (inputs.GetArrayLength() > TensorLimits.TensorsMax)
            throw new InvalidInputException($"The body has more than {TensorLimits.TensorsMax} inputs.");
        var tensors = new List<NamedTensor>();
        foreach (var input in inputs.EnumerateArray())
            tensors.Add(ReadTensor(input, ref tail));
        if (tail.Length > 0)
            throw new InvalidInputException($"Behind the JSON stand {tail.Length} bytes that no input's binary_data_size names.");

        var all = Parameter(root, "binary_data_output") is { ValueKind: JsonValueKind.True };
        var (wanted, binary) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var output in List(root, "outputs"))
        {
            var name = Word(output, "name") ?? throw new InvalidInputException("An output has no name.");
            wanted.Add(name);
            if (Parameter(output, "binary_data") is { } said ? said.ValueKind == JsonValueKind.True : all)
                binary.Add(name);
        }

        return new(tensors, wanted.Count == 0 ? null : wanted, Word(root, "id"), all && wanted.Count == 0 ? null : binary)
        {
            Explain = Parameter(root, "explain") is { ValueKind: JsonValueKind.True or JsonValueKind.String } ? "true" : null,
        };
    }

    /// <summary>A request for a server elsewhere.</summary>
    public static byte[] WriteRequest(IReadOnlyList<NamedTensor> inputs, IReadOnlyCollection<string>? outputs)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartArray("inputs"u8);
            foreach (var input in inputs)
                WriteTensor(json, input);
            json.WriteEndArray();
            if (outputs is not null)
            {
                json.WriteStartArray("outputs"u8);
                foreach (var output in outputs)
                {
                    json.WriteStartObject();
                    json.WriteString("name"u8, output);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return body.ToArray();
    }

    /// <summary>A tensor with its elements.</summary>
    public static void WriteTensor(Utf8JsonWriter json, NamedTensor tensor)
    {
        WriteHead(json, tensor);
        json.WritePropertyName("data"u8);
        TensorWriter.WriteFlat(json, tensor);
        json.WriteEndObject();
    }

    /// <summary>A tensor whose bytes stand behind the JSON.</summary>
    public static void WriteBinaryTensor(Utf8JsonWriter json, NamedTensor tensor)
    {
        WriteHead(json, tensor);
        json.WriteStartObject("parameters"u8);
        json.WriteNumber("binary_data_size"u8, tensor.Bytes.Length);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The outputs of an answer.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidInputException">It has no tensors.</exception>
    public static List<NamedTensor> ReadAnswer(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var (tensors, none) = (new List<NamedTensor>(), default(ReadOnlyMemory<byte>));
        foreach (var output in List(document.RootElement, "outputs"))
            tensors.Add(ReadTensor(output, ref none));
        return tensors;
    }

    /// <summary>The inputs and outputs that a server tells of a model; null when it tells none.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static ModelSignature? ReadMetadata(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var (inputs, outputs) = (Specs(document.RootElement, "inputs"), Specs(document.RootElement, "outputs"));
        return inputs.Count == 0 ? null : new(inputs, outputs);
    }

    private static List<TensorSpec> Specs(JsonElement root, string side) => [.. List(root, side)
        .Where(spec => Word(spec, "name") is not null && Word(spec, "datatype") is { } type && TensorTypes.Find(type) is not null)
        .Select(spec => new TensorSpec(Word(spec, "name")!, Word(spec, "datatype")!, Shape(spec, Word(spec, "name")!)))];

    private static void WriteHead(Utf8JsonWriter json, NamedTensor tensor)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, tensor.Name);
        json.WriteString("datatype"u8, TensorTypes.NameOf(tensor.Type));
        json.WriteStartArray("shape"u8);
        foreach (var size in tensor.Shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
    }

    private static NamedTensor ReadTensor(JsonElement tensor, ref ReadOnlyMemory<byte> tail)
    {
        var name = Word(tensor, "name") ?? throw new InvalidInputException("An input has no name.");
        var type = Word(tensor, "datatype") is { } said && TensorTypes.Find(said) is { } known
            ? known
            : throw new InvalidInputException($"Input '{name}': its datatype is none of the protocol's, such as FP32, INT64 or BYTES.", column: name);
        var shape = Shape(tensor, name);
        var count = TensorShape.Count(name, shape);
        if (Parameter(tensor, "binary_data_size") is { } size)
        {
            if (size.ValueKind != JsonValueKind.Number || !size.TryGetInt32(out var bytes) || bytes < 0 || bytes > tail.Length)
                throw new InvalidInputException($"Input '{name}': its binary_data_size is not a number of bytes that stand behind the JSON.", column: name);
            var taken = tail[..bytes].ToArray();
            tail = tail[bytes..];
            return new(name, type, shape, taken);
        }

        if (!tensor.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
            throw new InvalidInputException($"Input '{name}': its data is not an array.", column: name);
        var json = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(data));
        json.Read();
        return new TensorBuilder(name, type).ReadAs(shape, count, ref json);
    }

    private static long[] Shape(JsonElement tensor, string name) => [.. List(tensor, "shape").Select(size =>
        size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out var number)
            ? number
            : throw new InvalidInputException($"Input '{name}': its shape is not an array of whole numbers of 64 bits.", column: name))];

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        body = body[RequestReader.MarkLength(body.Span)..];
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException problem)
        {
            throw OpenFault.Of(body.Span, problem);
        }
    }

    private static JsonElement[] List(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static JsonElement? Parameter(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object
            && parameters.TryGetProperty(name, out var value) ? value : null;

    private static string? Word(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)   // half of a surrogate pair
        {
            throw InputErrors.NotText(null, null);
        }
    }
}
