using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Batching;

/// <summary>Rows of a table that is computed with others' rows.</summary>
/// <param name="Rows">They stay as they are until the answer is there.</param>
/// <param name="Predictions">Memory for one per row.</param>
internal readonly record struct AskedRows(PredictionRows Rows, Memory<float> Predictions);

/// <summary>Batches of rows for a table that the runtime computes.</summary>
internal sealed class RowBatcher(ModelSession session, ModelCounts counts, int turns) : Batcher<AskedRows, ComputedTurn>(turns, RowsMax)
{
    /// <summary>Rows that go together at most. A request with more is computed by itself.</summary>
    public const int RowsMax = 64;

    /// <summary>Predicts rows, with those of others when it has to wait anyway.</summary>
    /// <param name="rows">They stay as they are until the answer is there.</param>
    /// <param name="predictions">Memory for one per row.</param>
    public ValueTask<ComputedTurn> Predict(PredictionRows rows, Memory<float> predictions) => Ask(new(rows, predictions));

    protected override int RowsOf(AskedRows asked) => asked.Rows.Count;

    protected override bool GoTogether(AskedRows first, AskedRows next) => true;

    protected override ValueTask<ComputedTurn> Alone(AskedRows asked, long began)
    {
        session.Run(asked.Rows, 0, asked.Predictions.Span, counts);
        return new(new ComputedTurn(began, asked.Rows.Count));
    }

    protected override ValueTask<ComputedTurn[]> Together(IReadOnlyList<AskedRows> asked, long began)
    {
        using var all = new PredictionRows(asked[0].Rows.Width);
        foreach (var one in asked)
            one.Rows.Cells.CopyTo(all.AddRows(one.Rows.Count));
        Span<float> predictions = stackalloc float[RowsMax];
        predictions = predictions[..all.Count];
        session.Run(all, 0, predictions, counts);
        var turns = new ComputedTurn[asked.Count];
        for (var at = 0; at < turns.Length; at++)
        {
            predictions[..asked[at].Rows.Count].CopyTo(asked[at].Predictions.Span);
            predictions = predictions[asked[at].Rows.Count..];
            turns[at] = new(began, at == 0 ? all.Count : 0);
        }

        return new(turns);
    }
}
