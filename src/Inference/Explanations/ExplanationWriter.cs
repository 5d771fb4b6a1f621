using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
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
    public static ArraySegment<byte> WriteBeside(Explained explained)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WritePropertyName("predictions"u8);
            if (explained.Outputs is { } outputs)
            {
                TensorWriter.WriteOutputs(json, outputs);
            }
            else
            {
                json.WriteStartArray();
                foreach (var row in explained.Answer.Explanations)
                    json.WriteNumberValue(row.Prediction);
                json.WriteEndArray();
            }

            json.WritePropertyName("explanation"u8);
            JsonSerializer.Serialize(json, explained.Answer, PackageJson.Of<ExplanationAnswer>());
            json.WriteEndObject();
        }

        return buffer.Detach();
    }

    /// <summary>
    /// The model's outputs, and beside them <c>attributions</c> by row and input, <c>base</c> and <c>additivity_error</c>; for a model of
    /// tensors <c>attribution_names</c> too, since its metadata names no elements.
    /// </summary>
    public static IReadOnlyList<NamedTensor> Tensors(Explained explained)
    {
        var (answer, rows) = (explained.Answer, explained.Answer.Explanations);
        double[] bases = rows[0].Base is null ? [answer.Base] : [.. rows.Select(row => row.Base ?? answer.Base)];
        IReadOnlyList<NamedTensor> outputs = explained.Outputs
            ?? [NamedTensor.Of<float>(((TableModel)explained.Model).Schema.Output, TensorType.Fp32, [rows.Count, 1], [.. rows.Select(row => row.Prediction)])];
        return
        [
            .. outputs,
            NamedTensor.Of<double>("attributions", TensorType.Fp64, [rows.Count, rows[0].Attributions.Count], [.. rows.SelectMany(row => row.Attributions).Select(each => each.Attribution)]),
            NamedTensor.Of<double>("base", TensorType.Fp64, [bases.Length], bases),
            NamedTensor.Of<double>("additivity_error", TensorType.Fp64, [rows.Count], [.. rows.Select(row => row.AdditivityError)]),
            .. explained.Model is TableModel ? [] : (IEnumerable<NamedTensor>)[NamedTensor.Of("attribution_names", [rows[0].Attributions.Count], [.. rows[0].Attributions.Select(each => each.Input)])],
        ];
    }

    /// <summary>What is said of the tensors beside them.</summary>
    public static IReadOnlyDictionary<string, string> Parameters(ExplanationAnswer answer)
    {
        var parameters = new Dictionary<string, string>
        {
            ["explanation_method"] = JsonNamingPolicy.CamelCase.ConvertName(answer.Method.ToString()),
            ["explanation_space"] = JsonNamingPolicy.CamelCase.ConvertName(answer.Space.ToString()),
            ["explanation_background"] = answer.Background,
        };
        if (answer.ExplainedOutput is { } output)
            parameters["explanation_output"] = output;
        if (answer.Grouping is { } grouping)
            parameters["explanation_grouping"] = grouping;
        return parameters;
    }
}
