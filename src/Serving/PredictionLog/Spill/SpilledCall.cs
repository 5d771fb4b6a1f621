using Assay.Inference.Predictions;
using Assay.Serving.PredictionLog.Capture;

namespace Assay.Serving.PredictionLog.Spill;

/// <summary>A call as it stands in a segment: masked. Read into again and again, so that reading makes little garbage.</summary>
internal sealed class SpilledCall
{
    private const int ProblemLengthMax = 500;

    public string Id { get; private set; } = "";
    public DateTimeOffset At { get; private set; }
    public PredictOutcome Outcome { get; private set; }
    public int Status { get; private set; }
    public string? Problem { get; private set; }
    public string Caller { get; private set; } = "";
    public string? Arm { get; private set; }
    public string? Reason { get; private set; }
    public LoggedTimes Times { get; private set; }
    public int Rows { get; private set; }

    /// <summary>What is kept of inputs that are tensors, as JSON; null for none.</summary>
    public string? Tensors { get; private set; }

    /// <summary>Row by row: the prediction (NaN for none), then a value per column.</summary>
    public byte[] Values { get; private set; } = [];

    /// <summary>Writes a call, its inputs masked.</summary>
    public static void Write(BinaryWriter writer, LoggedCall call, ColumnMask mask)
    {
        writer.Write(call.Id);
        writer.Write(call.At.UtcTicks);
        writer.Write((byte)call.Outcome);
        writer.Write((short)call.Status);
        var problem = mask.ProblemOf(call);
        WriteOptional(writer, problem is { Length: > ProblemLengthMax } ? problem[..ProblemLengthMax] : problem);
        writer.Write(call.Caller);
        WriteOptional(writer, call.Arm);
        WriteOptional(writer, call.Reason);
        writer.Write(call.Times.Read);
        writer.Write(call.Times.Queue);
        writer.Write(call.Times.Compute);
        writer.Write(call.Times.Write);
        writer.Write(call.Rows);
        if (mask.Tensors is { } tensors)
            WriteOptional(writer, tensors.Text(call));
        for (var row = 0; row < call.Rows; row++)
        {
            writer.Write(row < call.Predictions.Length ? call.Predictions[row] : float.NaN);
            mask.WriteRow(writer, call.Cells, row);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <returns>Where the next call begins.</returns>
    public int Read(ReadOnlySpan<byte> frame, int place, SegmentHead head)
    {
        var cursor = new FrameCursor(frame, place);
        Id = cursor.Text();
        At = new DateTimeOffset(cursor.Long(), TimeSpan.Zero);
        Outcome = (PredictOutcome)cursor.Byte();
        Status = cursor.Short();
        Problem = cursor.OptionalText(Problem);
        Caller = cursor.Text(Caller);
        Arm = cursor.OptionalText(Arm);
        Reason = cursor.OptionalText(Reason);
        Times = new(cursor.Number(), cursor.Number(), cursor.Number(), cursor.Number());
        Rows = cursor.Integer();
        Tensors = head.HasTensors ? cursor.OptionalText(null) : null;
        var values = cursor.Bytes(Rows * head.RowBytes);
        if (Values.Length < values.Length)
            Values = new byte[Math.Max(values.Length, Values.Length * 2)];
        values.CopyTo(Values);
        return cursor.Place;
    }

    private static void WriteOptional(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
            writer.Write(text);
    }
}
