using System.Buffers;
using Assay.Inference.Graphs;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Compiled;

/// <summary>
/// Computes what a graph of trees or of weights computes, without the runtime, whose calls take several times as long for
/// one row. Taken only when it gives the runtime's own bits on rows that are tried at load, so nobody can tell by an
/// answer which of the two computed it.
/// </summary>
internal sealed class CompiledScore
{
    private const int VectorOnStack = 256;
    private readonly SlotTable _slots;
    private readonly ScoreStep[] _steps;
    private readonly ScoreTable _table;

    private CompiledScore(ScoreInSteps read, ModelSchema schema)
    {
        _slots = new(read.Score.Slots, schema);
        _steps = [.. read.Steps];
        _table = ScoreTable.Of(read);
    }

    /// <summary>The function of a graph; null when it computes something else, or not to the bit the same.</summary>
    public static CompiledScore? Of(ReadOnlyMemory<byte> graph, ModelSchema schema, BaselineProfile baseline, ModelSession session)
    {
        if (GraphReader.Read(graph, schema)?.InSteps is not { } read)
            return null;
        try
        {
            var compiled = new CompiledScore(read, schema);
            using var rows = TriedRows.Make(schema, baseline, read.Score);
            return compiled.AgreesWith(session, rows) ? compiled : null;
        }
        catch (NotSupportedException)   // trees of a kind that stays with the runtime
        {
            return null;
        }
    }

    /// <summary>Predicts as many rows as <paramref name="predictions"/> holds, from row <paramref name="start"/> on.</summary>
    public void Run(PredictionRows rows, int start, Span<float> predictions, ModelCounts? counts)
    {
        var cells = rows.Cells.Slice(start * rows.Width, predictions.Length * rows.Width);
        var length = predictions.Length * _slots.Width;
        var rented = length > VectorOnStack ? ArrayPool<float>.Shared.Rent(length) : null;
        var vectors = rented is null ? stackalloc float[length] : rented.AsSpan(0, length);
        for (var row = 0; row < predictions.Length; row++)
            _slots.Encode(cells.Slice(row * rows.Width, rows.Width), vectors.Slice(row * _slots.Width, _slots.Width));
        _table.Score(vectors, _slots.Width, predictions);
        if (rented is not null)
            ArrayPool<float>.Shared.Return(rented);

        foreach (ref var prediction in predictions)
            prediction = Finish(prediction);
        counts?.AddRows(cells, predictions);
    }

    private float Finish(float score)
    {
        foreach (var step in _steps)
        {
            score = step.Kind switch
            {
                StepKind.Times => score * step.Operand,
                StepKind.Plus => score + step.Operand,
                _ => Logistic.Of(score),
            };
        }

        return score;
    }

    // All at once, and then alone and in small groups: the runtime may go another way for few rows than for many.
    private bool AgreesWith(ModelSession session, PredictionRows rows)
    {
        var own = new float[rows.Count];
        Run(rows, 0, own, counts: null);
        return Same(session, rows, 0, own)
            && Enumerable.Range(0, own.Length / TriedRows.AloneEvery).All(place => Same(session, rows, TriedRows.AloneEvery * place, own.AsSpan(TriedRows.AloneEvery * place, 1)))
            && TriedRows.Groups.All(size => Same(session, rows, own.Length - size, own.AsSpan(own.Length - size)));
    }

    private static bool Same(ModelSession session, PredictionRows rows, int start, ReadOnlySpan<float> own)
    {
        var theirs = new float[own.Length];
        session.Run(rows, start, theirs, counts: null);
        for (var row = 0; row < theirs.Length; row++)
        {
            if (BitConverter.SingleToInt32Bits(own[row]) != BitConverter.SingleToInt32Bits(theirs[row]) && !(float.IsNaN(own[row]) && float.IsNaN(theirs[row])))
                return false;
        }

        return true;
    }
}
