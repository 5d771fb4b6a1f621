using System.Buffers;
using System.Diagnostics;
using System.Threading.Channels;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Serving.Rollouts.Judging;

namespace Assay.Serving.Rollouts.Live;

/// <summary>
/// Lets a candidate predict the rows of requests that were answered already, one after the other and apart from them, and
/// compares. What it can't keep up with is dropped and counted; the answer waits for nothing of it.
/// </summary>
internal sealed class Shadow
{
    private const int QueueMax = 256;
    private const int RowsMax = 10_000;

    private readonly ModelSlot _slot;
    private readonly RowTransfer _transfer;
    private readonly ArmTally _tally;
    private volatile bool _stopped;

    // Full means dropped: the writer is a request's thread, which never waits.
    private readonly Channel<Copied> _queue = Channel.CreateBounded<Copied>(new BoundedChannelOptions(QueueMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public Shadow(ModelSlot slot, RowTransfer transfer, ArmTally tally)
    {
        (_slot, _transfer, _tally) = (slot, transfer, tally);
        _ = Task.Run(Work);
    }

    /// <summary>Takes over what a request was answered with, if there is room.</summary>
    public void Offer(in EndedCall call)
    {
        if (call.Outcome != PredictOutcome.Ok || call.Rows is not { } rows || call.Predictions.IsEmpty || _stopped)
            return;
        if (rows.Count > RowsMax || _queue.Reader.Count >= QueueMax)
        {
            _tally.Drop();
            return;
        }

        if (_transfer.Copy(rows) is not { } copy)
        {
            _tally.AddShadow(PredictOutcome.Invalid, 0, 0);
            return;
        }

        if (_queue.Writer.TryWrite(new(copy, call.Predictions.ToArray())))
            return;
        copy.Dispose();
        _tally.Drop();
    }

    /// <summary>Computes nothing more.</summary>
    public void Stop()
    {
        _queue.Writer.TryComplete();
        _stopped = true;
    }

    private async Task Work()
    {
        await foreach (var (rows, answered) in _queue.Reader.ReadAllAsync())
        {
            using (rows)
            {
                if (!_stopped)
                    Predict(rows, answered);
            }
        }
    }

    private void Predict(PredictionRows rows, float[] answered)
    {
        using var lease = _slot.Acquire();
        if (lease?.Model is not InferenceModel model)
            return;
        var started = Stopwatch.GetTimestamp();
        var computed = ArrayPool<float>.Shared.Rent(rows.Count);
        try
        {
            model.Predict(rows, computed.AsSpan(0, rows.Count));
            _tally.AddShadow(PredictOutcome.Ok, rows.Count, Stopwatch.GetElapsedTime(started).TotalSeconds);
            _tally.Compare(answered, computed.AsSpan(0, rows.Count));
        }
        catch (Exception)   // the candidate's failure, which is what a shadow is there to find; whatever it is, the next rows come
        {
            _tally.AddShadow(PredictOutcome.Failed, 0, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(computed);
        }
    }

    private sealed record Copied(PredictionRows Rows, float[] Answered);
}
