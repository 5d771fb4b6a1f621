using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;

namespace Assay.Inference.Explanations;

/// <summary>What each input did to the predictions of some rows.</summary>
/// <param name="Method">How it was computed; null when no row could be explained.</param>
/// <param name="Attributions">Of each row that was explained, one for each input in the schema's order.</param>
/// <param name="Asked">Rows that were looked at; those the model doesn't take, or can't compute, are not among the explained.</param>
public sealed record RowAttributions(ExplanationMethod? Method, IReadOnlyList<double[]> Attributions, int Asked);

/// <summary>Explains rows in the background: one after the other, and with rests, so that requests don't notice.</summary>
internal static class InputWeights
{
    private const int RestPerWork = 3;
    private static readonly TimeSpan WorkMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WorkAtOnce = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RestMax = TimeSpan.FromMilliseconds(500);

    /// <summary>As many of the rows as five seconds of work suffice for.</summary>
    /// <param name="model">The caller holds it for as long as this takes.</param>
    /// <param name="rows">Cells in the schema's order as the prediction log has them: numbers as text, null where one is missing.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<RowAttributions> Of(InferenceModel model, IReadOnlyList<IReadOnlyList<string?>> rows, CancellationToken cancel)
    {
        await Task.Yield();   // reading the graph, at the first time, takes a while
        var (explained, asked, method) = (new List<double[]>(rows.Count), 0, default(ExplanationMethod?));
        var (worked, sinceRest) = (TimeSpan.Zero, TimeSpan.Zero);
        for (; asked < rows.Count && worked < WorkMax; asked++)
        {
            var began = Stopwatch.GetTimestamp();
            if (Explain(model, rows[asked], cancel) is { } answer)
            {
                method = answer.Method;
                explained.Add([.. answer.Explanations[0].Attributions.Select(input => input.Attribution)]);
            }

            var took = Stopwatch.GetElapsedTime(began);
            (worked, sinceRest) = (worked + took, sinceRest + took);
            if (sinceRest < WorkAtOnce)
                continue;
            var rest = sinceRest * RestPerWork;
            await Task.Delay(rest < RestMax ? rest : RestMax, cancel);
            sinceRest = TimeSpan.Zero;
        }

        return new(method, explained, asked);
    }

    // A row of the training data may be none that the model takes, and a row can be one that it computes no number for.
    private static ExplanationAnswer? Explain(InferenceModel model, IReadOnlyList<string?> cells, CancellationToken cancel)
    {
        try
        {
            using var rows = model.Read(Body(model.Schema, cells));
            return model.Explain(rows, new(), cancel);
        }
        catch (Exception problem) when (problem is InvalidInputException or RefusedRequestException)
        {
            return null;
        }
    }

    private static ReadOnlySpan<byte> Body(ModelSchema schema, IReadOnlyList<string?> cells)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartArray();
            json.WriteStartArray();
            for (var input = 0; input < cells.Count; input++)
            {
                if (schema.Inputs[input].Type == InputType.Category)
                    json.WriteStringValue(cells[input]);
                else if (double.TryParse(cells[input], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                    json.WriteNumberValue(number);
                else
                    json.WriteNullValue();
            }

            json.WriteEndArray();
            json.WriteEndArray();
        }

        return body.WrittenSpan;
    }
}
