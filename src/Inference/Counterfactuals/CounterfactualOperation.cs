using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Counterfactuals;

/// <summary>Answers <c>counterfactuals</c>: one row, and what may change in it.</summary>
internal static class CounterfactualOperation
{
    private const int CountMax = 10;
    private const int ChangesMax = 6;

    private static readonly JsonSerializerOptions Strict = new(PackageJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Searches near a row, of which these are the cells.</summary>
    /// <exception cref="InvalidInputException">The request can't be kept to.</exception>
    public static async Task<CounterfactualAnswer> Find(TableModel model, CounterfactualRequest request, float[] row, CancellationToken cancel)
    {
        var count = Within(request.Count ?? 3, CountMax, "count");
        var changesMax = Within(request.ChangesMax ?? 4, ChangesMax, "changesMax");
        using var deadline = new Deadline("Allow fewer inputs to change.", cancel);
        var table = model.Searched;
        var moves = InputMoves.Of(request, model.Schema, table.Spreads, row);
        var prediction = (await table.Ask([row], deadline))[0];
        var target = TargetOf(request, model.Schema, prediction);
        var search = new CounterfactualSearch(table, target, moves, deadline);
        var found = await search.Find(new(row, [], prediction, 0), count, changesMax);
        return new(
            prediction,
            target,
            [.. found.Select(candidate => Show(model.Schema, row, candidate))],
            found.Count > 0 ? null : Nothing(search, moves.Count, Math.Min(changesMax, moves.Count)),
            search.RowsTried);
    }

    public static CounterfactualRequest Read(ReadOnlySpan<byte> body)
    {
        const string Form = "Send {\"row\": […] or {…}, \"immutable\": […], \"rules\": {…}, \"target\": {…}}; the reference of explanations has all fields.";
        try
        {
            var request = JsonSerializer.Deserialize(body, PackageJson.Of<CounterfactualRequest>(Strict));
            return request is { Row.ValueKind: not JsonValueKind.Undefined } ? request : throw new InvalidInputException($"The body has no row. {Form}");
        }
        catch (JsonException problem)
        {
            throw new InvalidInputException($"The body can't be read at {(string.IsNullOrEmpty(problem.Path) ? "its beginning" : problem.Path)}. {Form}");
        }
    }

    /// <summary>The one row, by the model's schema; the caller disposes it.</summary>
    public static PredictionRows RowOf(TableModel model, JsonElement row)
    {
        var body = row.ValueKind switch
        {
            JsonValueKind.Array => $"[{row.GetRawText()}]",
            JsonValueKind.Object => $"{{\"dataframe_records\":[{row.GetRawText()}]}}",
            _ => throw new InvalidInputException("row: send an array in the schema's order, or an object by column."),
        };
        return model.Read(Encoding.UTF8.GetBytes(body));
    }

    private static int Within(int value, int max, string name) =>
        value >= 1 && value <= max ? value : throw new InvalidInputException($"{name}: send 1 to {max}, not {value}.");

    private static PredictionRange TargetOf(CounterfactualRequest request, ModelSchema schema, float prediction)
    {
        if (!float.IsFinite(prediction))
            throw new InvalidInputException("row: the model computes no number for it, so there is nothing to change.");
        if (request.Target is null or { Min: null, Below: null })
        {
            if (schema.Task != ModelTask.Classification)
                throw new InvalidInputException("target: say which numbers are wanted, as {\"min\": …}, {\"below\": …} or both.");
            return prediction >= 0.5 ? new(Below: 0.5) : new(Min: 0.5);
        }

        if (request.Target.Min >= request.Target.Below)
            throw new InvalidInputException("target: nothing is at least 'min' and less than 'below'. Make 'below' the larger one.");
        if (request.Target.Has(prediction))
            throw new InvalidInputException($"target: the prediction of the row as it is, {prediction}, is in it already.");
        return request.Target;
    }

    private static Counterfactual Show(ModelSchema schema, float[] row, Candidate candidate) => new(
        candidate.Prediction,
        candidate.Distance,
        [.. candidate.Changed.Order().Select(input => new InputChange(
            schema.Inputs[input].Name,
            Explainer.ValueOf(schema.Inputs[input], row[input]),
            Explainer.ValueOf(schema.Inputs[input], candidate.Cells[input])))]);

    private static string Nothing(CounterfactualSearch search, int free, int changes) => free == 0
        ? "No input may change. Take some out of 'immutable', or widen their rules."
        : $"None was found among {search.RowsTried:N0} rows with up to {changes} changes of the {free} inputs that may change. Allow more inputs, wider ranges or more changes at a time.";
}
