using Assay.Inference.Counterfactuals;
using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Graphs;

/// <summary>
/// A graph of tables, which is a table itself: each input is what the first member that takes it says of it, and what is
/// predicted is what the last step predicts.
/// </summary>
internal sealed class TableGraph : TableModel
{
    private readonly GraphModel _graph;
    private readonly BaselineProfile _inputs;

    private TableGraph(GraphModel graph, ModelSchema schema, BaselineProfile inputs)
        : base(schema)
    {
        (_graph, _inputs) = (graph, inputs);
        graph.Troubled += Report;
        graph.Noticed += Notice;
    }

    public override ModelKind Kind => ModelKind.Graph;

    /// <inheritdoc/>
    public override string Members => _graph.Members;

    public override string? Problem => _graph.Problem;

    /// <inheritdoc/>
    internal override bool CountsItself => false;

    /// <inheritdoc/>
    internal override ExplainedModel Explained => _graph.Explained with
    {
        Background = Tensors.Write(Background.Rows(Schema, _inputs, ExplanationLimits.BackgroundRows).SelectMany(row => row).ToArray()),
        IsProbability = Schema.Task == ModelTask.Classification,
    };

    /// <summary>The graph as a table; null where it isn't made of tables.</summary>
    public static TableGraph? Of(GraphModel graph, GraphNode root, IReadOnlyList<InferenceModel> tables, Func<MemberNode, ServedModel> find)
    {
        if (graph.Signature.Outputs is not [{ Datatype: "FP32" } output] || find(GraphFile.Last(root)) is not InferenceModel { Schema: var last })
            return null;
        var found = graph.Signature.Inputs.Select(input => tables.Select(table => Find(table, input.Name)).FirstOrDefault(one => one is not null)).ToList();
        if (found.Count == 0 || found.Contains(null))
            return null;
        var schema = new ModelSchema(last.Task, last.Label, last.Classes, [.. found.Select(one => one!.Value.Input)], output.Name);
        return new(graph, schema, new(0, [.. found.Select(one => one!.Value.Baseline)], tables[0].Baseline.Score));
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<NamedTensor>> Infer(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyCollection<string>? outputs, CancellationToken cancel) => _graph.Infer(inputs, outputs, cancel);

    /// <inheritdoc/>
    internal override async ValueTask<ComputedTurn> PredictAmongOthers(PredictionRows rows, Memory<float> predictions, CancellationToken cancel)
    {
        Numbers(await _graph.Infer(Tensors.Write(rows.Cells), null, cancel), predictions.Span);
        return new(0, rows.Count);
    }

    /// <inheritdoc/>
    internal override SearchedTable Searched
    {
        get
        {
            var drawn = _graph.Explained;
            return new(
                [.. Schema.Inputs.Select((input, place) => new Spread(input, _inputs.Features[place]))],
                (rows, deadline) => Predict(drawn, rows, deadline));
        }
    }

    /// <inheritdoc/>
    internal override void Count(PredictionRows rows, ReadOnlySpan<float> predictions) =>
        Counts.Add(Tensors.Write(rows.Cells), [Tensors.Answer(predictions.ToArray())]);

    private async ValueTask<float[]> Predict(ExplainedModel drawn, IReadOnlyList<float[]> rows, Deadline deadline)
    {
        var predictions = new float[rows.Count];
        for (var start = 0; start < rows.Count; start += InferenceModel.BlockRows)
        {
            var count = Math.Min(InferenceModel.BlockRows, rows.Count - start);
            var cells = rows.Skip(start).Take(count).SelectMany(row => row).ToArray();
            Numbers(await deadline.Bound(cancel => drawn.Ask(Tensors.Write(cells), cancel)), predictions.AsSpan(start, count));
        }

        return predictions;
    }

    private static void Numbers(IReadOnlyList<NamedTensor> answer, Span<float> predictions)
    {
        if (answer is not [{ Type: TensorType.Fp32 } only] || only.Count != predictions.Length)
            throw new ModelFailedException("The graph did not answer one number for each row.");
        for (var row = 0; row < predictions.Length; row++)
            predictions[row] = (float)TensorNumbers.Get(only, row);
    }

    private static (ModelInput Input, Baseline Baseline)? Find(InferenceModel table, string name)
    {
        for (var place = 0; place < table.Schema.Inputs.Count; place++)
        {
            if (table.Schema.Inputs[place].Name == name)
                return (table.Schema.Inputs[place], table.Baseline.Features[place]);
        }

        return null;
    }

    protected override void Dispose(bool disposing) => _graph.Dispose();
}
