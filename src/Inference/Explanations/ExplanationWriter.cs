using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Tensors;

namespace Assay.Inference.Explanations;

/// <summary>Explanations as JSON and as tensors; in memory of the shared pool that the caller returns.</summary>
internal static class ExplanationWriter
{
    /// <summary>The explanation by itself.</summary>
    public static ArraySegment<byte> Write(ExplanationAnswer answer)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer))
            JsonSerializer.Serialize(json, answer, PackageJson.Of<ExplanationAnswer>());
        return buffer.Detach();
    }

    /// <summary><c>{"predictions":[…],"explanation":{…}}</c>: what is answered without the wish, and beside it the reasons.</summary>
    public static ArraySegment<byte> WriteBeside(ExplanationAnswer answer)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("predictions"u8);
            foreach (var row in answer.Explanations)
                json.WriteNumberValue(row.Prediction);
            json.WriteEndArray();
            json.WritePropertyName("explanation"u8);
            JsonSerializer.Serialize(json, answer, PackageJson.Of<ExplanationAnswer>());
            json.WriteEndObject();
        }

        return buffer.Detach();
    }

    /// <summary>The model's output, and beside it <c>attributions</c> by row and input, <c>base</c> and <c>additivity_error</c>.</summary>
    public static IReadOnlyList<NamedTensor> Tensors(ExplanationAnswer answer, string output)
    {
        var rows = answer.Explanations;
        return
        [
            NamedTensor.Of<float>(output, TensorType.Fp32, [rows.Count, 1], [.. rows.Select(row => row.Prediction)]),
            NamedTensor.Of<double>("attributions", TensorType.Fp64, [rows.Count, rows[0].Attributions.Count], [.. rows.SelectMany(row => row.Attributions).Select(each => each.Attribution)]),
            NamedTensor.Of<double>("base", TensorType.Fp64, [1], [answer.Base]),
            NamedTensor.Of<double>("additivity_error", TensorType.Fp64, [rows.Count], [.. rows.Select(row => row.AdditivityError)]),
        ];
    }

    /// <summary>What is said of the tensors beside them.</summary>
    public static IReadOnlyDictionary<string, string> Parameters(ExplanationAnswer answer) => new Dictionary<string, string>
    {
        ["explanation_method"] = JsonNamingPolicy.CamelCase.ConvertName(answer.Method.ToString()),
        ["explanation_space"] = JsonNamingPolicy.CamelCase.ConvertName(answer.Space.ToString()),
        ["explanation_background"] = answer.Background,
    };
}
