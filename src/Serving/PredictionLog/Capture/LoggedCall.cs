using System.Numerics;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Tensors;
using Assay.Serving.PredictionLog.Spill;

namespace Assay.Serving.PredictionLog.Capture;

/// <summary>Time spent on a call, in milliseconds.</summary>
internal readonly record struct LoggedTimes(float Read, float Queue, float Compute, float Write);

/// <summary>An input of a model of tensors.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Of its elements.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Content">The tensor; null of one that is too large to wait.</param>
internal sealed record LoggedTensor(string Name, TensorType Type, IReadOnlyList<long> Shape, NamedTensor? Content);

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
    private long _tensorBytes;
    private Func<IReadOnlyList<NamedTensor>>? _passed;
    private IReadOnlyList<LoggedTensor> _inputs = [];

    public string Project { get; set; } = "";
    public string Endpoint { get; set; } = "";

    /// <summary>By which the caller knows the call: of its own choice, or made for it.</summary>
    public string Id { get; set; } = "";

    /// <summary>When it began.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>What answered; null where no model did.</summary>
    public ServedEndpoint? Served { get; set; }

    public ModelSchema? Schema { get; set; }

    /// <summary>What a model of tensors takes; null for a table, and where no model was reached.</summary>
    public ModelSignature? Signature { get; set; }

    /// <summary>How rows were answered by a model that is no table; null for a table, and for what isn't kept by row.</summary>
    public RowAnswer? Answer { get; set; }

    /// <summary>Names of the columns of the only input of a model of tensors, where they are known.</summary>
    public IReadOnlyList<string>? Columns { get; private set; }

    /// <summary>What was asked of a model of tensors; nothing for a table, or where it isn't known. Of a body that was passed on it is read here, at the first time.</summary>
    public IReadOnlyList<LoggedTensor> Inputs => _passed is null ? _inputs : _inputs = Read();

    public string? Arm { get; set; }
    public string? Reason { get; set; }
    public PredictOutcome Outcome { get; set; }
    public int Status { get; set; }

    /// <summary>What the caller was told in the place of an answer, in clear: <see cref="ColumnMask.ProblemOf"/> says what of it may be kept.</summary>
    public Problem? Problem { get; set; }

    public string Caller { get; set; } = "";
    public LoggedTimes Times { get; set; }

    /// <summary>Rows whose cells are held; none where the request could not be read.</summary>
    public int Rows { get; private set; }

    public ReadOnlySpan<float> Cells => _cells.AsSpan(0, _cellCount);

    /// <summary>One per row, or none where the model did not compute.</summary>
    public ReadOnlySpan<float> Predictions => _predictions.AsSpan(0, PredictionCount);

    private int PredictionCount { get; set; }

    /// <summary>Bytes that the copy takes, about.</summary>
    public long SizeBytes => 500 + (_cells.Length + _predictions.Length) * (long)sizeof(float) + _tensorBytes;

    /// <summary>Holds the tensors of a call, whose memory is theirs; of many bytes their names and shapes alone.</summary>
    public void Take(IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string>? columns)
    {
        Columns = columns;
        var bytes = inputs.Sum(input => (long)input.Bytes.Length);
        var isHeld = bytes <= TensorMask.DigestedBytesMax;
        _tensorBytes = isHeld ? bytes : 0;
        _inputs = [.. inputs.Take(TensorMask.TensorsMax).Select(input => new LoggedTensor(input.Name, input.Type, input.Shape, isHeld ? input : null))];
    }

    /// <summary>Holds a body that was passed on, to be read later.</summary>
    public void Take(Func<IReadOnlyList<NamedTensor>> passed, int bytes) => (_passed, _tensorBytes) = (passed, bytes);

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
        (Served, Schema, Signature, Answer, Arm, Reason, Problem) = (null, null, null, null, null, null, null);
        (_passed, _inputs, Columns, _tensorBytes) = (null, [], null, 0);
    }

    private IReadOnlyList<LoggedTensor> Read()
    {
        var read = _passed!();
        _passed = null;
        return [.. read.Take(TensorMask.TensorsMax).Select(input => new LoggedTensor(input.Name, input.Type, input.Shape, input))];
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
