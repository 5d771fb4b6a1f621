using Assay.Inference.Compiled;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Statistics.Profiles;
using Microsoft.ML.OnnxRuntime;

namespace Assay.Inference.Batching;

/// <summary>
/// Finds out at load whether a model gains by rows going together, and whether each row then gets the very bits that it gets
/// alone. Without both, no batches are made.
/// </summary>
internal static class BatchTrial
{
    private const int Timed = 16;
    private static readonly TimeSpan TrialMax = TimeSpan.FromSeconds(2);   // a longer one would hold up the load
    private static readonly int[] Groups = [2, 3, 5, 8, 13, 33, RowBatcher.RowsMax];

    /// <summary>A batcher for the model, or null when it is better without.</summary>
    public static RowBatcher? Run(ModelSession session, ModelSchema schema, BaselineProfile baseline, ModelCounts counts)
    {
        if (!BatchGain.IsSought)
            return null;
        using var rows = TriedRows.Make(schema, baseline, score: null);
        using var limit = new CancellationTokenSource(TrialMax);
        try
        {
            return BatchGain.IsEnough(Timed, count => session.Run(rows, 0, new float[count], counts: null, limit.Token)) && IsSame(session, rows, limit.Token)
                ? new(session, counts, Math.Max(1, Environment.ProcessorCount / 2))
                : null;
        }
        catch (Exception problem) when (problem is OnnxRuntimeException or ModelFailedException or OperationCanceledException)
        {
            return null;   // it can't compute some rows, or takes long for them, which is for whoever sends such rows to learn
        }
    }

    private static bool IsSame(ModelSession session, PredictionRows rows, CancellationToken cancel)
    {
        foreach (var size in Groups)
        {
            var (start, together, alone) = (rows.Count - size * 2, new float[size], new float[1]);
            session.Run(rows, start, together, counts: null, cancel);
            for (var row = 0; row < size; row++)
            {
                session.Run(rows, start + row, alone, counts: null, cancel);
                if (BitConverter.SingleToInt32Bits(alone[0]) != BitConverter.SingleToInt32Bits(together[row]))
                    return false;
            }
        }

        return true;
    }
}
