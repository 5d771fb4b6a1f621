using System.Numerics;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Tensors;

namespace Assay.Serving.PredictionLog.Capture;

/// <summary>Time spent on a call, in milliseconds.</summary>
internal readonly record struct LoggedTimes(float Read, float Queue, float Compute, float Write);

/// <summary>
/// A copy of what a call was about, on its way from the thread that answered it to the log. It is used again with its
/// memory: one thread fills it and another empties it, which pools of arrays are not made for.
/// </summary>
internal sealed class LoggedCall
{
    private const int KeptMax = 4096;
    private float[] _cells = [];
    private float[] _predictions = [];
    private int _cellCount;

    public string Project { get; set; } = "";
    public string Endpoint { get; set; } = "";

    /// <summary>By which the caller knows the call: of its own choice, or made for it.</summary>
    public string Id { get; set; } = "";

    /// <summary>When it began.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>What answered; null where no model did.</summary>
    public ServedEndpoint? Served { get; set; }

    public ModelSchema? Schema { get; set; }
    /// <summary>How rows were answered by a model that is no table; null for a table, and for what isn't kept by row.</summary>
    public RowAnswer? Answer { get; set; }

    public string? Arm { get; set; }
    public string? Reason { get; set; }
    public PredictOutcome Outcome { get; set; }
    public int Status { get; set; }
    public string? Problem { get; set; }
    public string Caller { get; set; } = "";
    public LoggedTimes Times { get; set; }

    /// <summary>Rows whose cells are held; none where the request could not be read.</summary>
    public int Rows { get; private set; }

    public ReadOnlySpan<float> Cells => _cells.AsSpan(0, _cellCount);

    /// <summary>One per row, or none where the model did not compute.</summary>
    public ReadOnlySpan<float> Predictions => _predictions.AsSpan(0, PredictionCount);

    private int PredictionCount { get; set; }

    /// <summary>Bytes that the copy takes, about.</summary>
    public long SizeBytes => 500 + (_cells.Length + _predictions.Length) * (long)sizeof(float);

    /// <summary>Copies rows and what was predicted from them.</summary>
    public void Take(int rows, ReadOnlySpan<float> cells, ReadOnlySpan<float> predictions)
    {
        (Rows, _cellCount, PredictionCount) = (rows, cells.Length, predictions.Length);
        Copy(cells, ref _cells);
        Copy(predictions, ref _predictions);
    }

    /// <summary>Copies what was answered, as a class or a number for each row; of an answer of another form nothing.</summary>
    public void Take(RowAnswer answer, IReadOnlyList<NamedTensor> outputs)
    {
        var rows = answer.RowsOf(outputs);
        (Rows, _cellCount, PredictionCount) = (rows, rows * answer.Width, rows);
        Room(ref _predictions, PredictionCount);
        Room(ref _cells, _cellCount);
        answer.Write(outputs, _predictions.AsSpan(0, rows), _cells.AsSpan(0, _cellCount));
    }

    /// <summary>Forgets everything, and large memory too.</summary>
    public void Clear()
    {
        if (_cells.Length > KeptMax)
            (_cells, _predictions) = ([], []);
        (_cellCount, PredictionCount, Rows) = (0, 0, 0);
        (Project, Endpoint, Id, Caller) = ("", "", "", "");
        (Served, Schema, Answer, Arm, Reason, Problem) = (null, null, null, null, null, null);
    }

    private static void Copy(ReadOnlySpan<float> values, ref float[] kept)
    {
        Room(ref kept, values.Length);
        values.CopyTo(kept);
    }

    private static void Room(ref float[] kept, int count)
    {
        if (kept.Length < count)
            kept = GC.AllocateUninitializedArray<float>((int)BitOperations.RoundUpToPowerOf2((uint)count));
    }
}
