using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.OpenInference;

/// <summary>Requests and answers of the Open Inference Protocol for models that are no tables.</summary>
internal static class OpenTensorBody
{
    /// <exception cref="InvalidInputException">The body can't be read; the message names the input.</exception>
    public static TensorQuestion Read(HttpRequest request, ServedModel model, ReadOnlyMemory<byte> body)
    {
        var length = body.Length;
        if (request.Headers.TryGetValue(OpenInferenceDialect.HeaderLength, out var sent)
            && (!int.TryParse(sent.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > body.Length))
        {
            throw Body(model, $"The header {OpenInferenceDialect.HeaderLength} is not the length of the JSON at the beginning of the body, which has {body.Length} bytes.");
        }

        if (length == 0 && body.Length > 0)
            return new([Raw(model, body)], null, new() { Binary = true });
        var asked = OpenTensors.ReadRequest(body[..length], body[length..], model.Signature);
        return new(asked.Inputs, asked.Outputs, new() { Id = asked.Id, Explain = asked.Explain, Binary = asked.BinaryOutputs is null, BinaryOutputs = asked.BinaryOutputs });
    }

    /// <summary>The answer, in memory of the shared pool that the caller returns.</summary>
    public static ArraySegment<byte> Write(HttpResponse response, TensorAnswer answer)
    {
        var binary = answer.Outputs.Where(output => IsBinary(answer.Wish, output.Name)).ToList();
        TensorWriter.CheckSize([.. answer.Outputs.Except(binary)]);
        if (binary.Sum(output => (long)output.Bytes.Length) > TensorLimits.BytesMax)
            throw new ModelFailedException($"The answer is larger than {TensorLimits.BytesMax >> 20} MiB. Ask for less, or name the outputs that you need.");
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer))
            WriteHead(json, answer);
        response.ContentType = "application/json";
        if (binary.Count > 0)
        {
            response.ContentType = "application/octet-stream";
            response.Headers[OpenInferenceDialect.HeaderLength] = buffer.Length.ToString(CultureInfo.InvariantCulture);
            foreach (var output in binary)
                buffer.Write(output.Bytes.Span);
        }

        return buffer.Detach();
    }

    private static void WriteHead(Utf8JsonWriter json, TensorAnswer answer)
    {
        json.WriteStartObject();
        json.WriteString("model_name"u8, answer.Call.Target.Endpoint);
        if (answer.Model.Version is { } version)
            json.WriteString("model_version"u8, version);
        if (answer.Wish?.Id is { } id)
            json.WriteString("id"u8, id);
        if (answer.Parameters is { } parameters)
        {
            json.WriteStartObject("parameters"u8);
            foreach (var (name, value) in parameters)
                json.WriteString(name, value);
            json.WriteEndObject();
        }

        json.WriteStartArray("outputs"u8);
        foreach (var output in answer.Outputs)
        {
            if (IsBinary(answer.Wish, output.Name))
                OpenTensors.WriteBinaryTensor(json, output);
            else
                OpenTensors.WriteTensor(json, output);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static bool IsBinary(AnswerWish? wish, string output) => wish?.BinaryOutputs?.Contains(output) ?? wish?.Binary == true;

    private static InvalidInputException Body(ServedModel model, string fault) => new($"{fault} {TensorErrors.Form(model.Signature)}");

    // A body without JSON is the one input there is, in the shape that it declares: one size of it may be free.
    private static NamedTensor Raw(ServedModel model, ReadOnlyMemory<byte> body)
    {
        if (model.Signature.Inputs is not [var input])
            throw Body(model, $"A body without JSON is for models of one input, and this one has {model.Signature.Inputs.Count}.");
        var type = TensorTypes.Find(input.Datatype)!.Value;
        var size = TensorTypes.SizeOf(type);
        if (size == 0 || input.Shape.Count(dimension => dimension < 0) > 1)
            throw Body(model, $"A body without JSON can't say the shape of '{input.Name}'.");
        var known = input.Shape.Where(dimension => dimension >= 0).Aggregate(1L, (product, dimension) => product * Math.Max(dimension, 1));
        var free = body.Length / size / known;
        return new(input.Name, type, [.. input.Shape.Select(dimension => dimension < 0 ? free : dimension)], body.ToArray());
    }
}
