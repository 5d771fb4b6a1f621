using System.Text.RegularExpressions;
using Assay.Inference.Predictions;
using Assay.Serving.PredictionLog.Capture;

namespace Assay.Serving.PredictionLog.Spill;

/// <summary>A call as it stands in a segment: masked. Read into again and again, so that reading makes little garbage.</summary>
internal sealed partial class SpilledCall
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

    /// <summary>Row by row: the prediction (NaN for none), then a value per column.</summary>
    public byte[] Values { get; private set; } = [];

    /// <summary>Writes a call, its inputs masked.</summary>
    public static void Write(BinaryWriter writer, LoggedCall call, ColumnMask mask)
    {
        writer.Write(call.Id);
        writer.Write(call.At.UtcTicks);
        writer.Write((byte)call.Outcome);
        writer.Write((short)call.Status);
        var problem = mask.IsMasking && call.Problem is { } quoting ? Quoted().Replace(quoting, "\"…\"") : call.Problem;
        WriteOptional(writer, problem is { Length: > ProblemLengthMax } ? problem[..ProblemLengthMax] : problem);
        writer.Write(call.Caller);
        WriteOptional(writer, call.Arm);
        WriteOptional(writer, call.Reason);
        writer.Write(call.Times.Read);
        writer.Write(call.Times.Queue);
        writer.Write(call.Times.Compute);
        writer.Write(call.Times.Write);
        writer.Write(call.Rows);
        for (var row = 0; row < call.Rows; row++)
        {
            writer.Write(row < call.Predictions.Length ? call.Predictions[row] : float.NaN);
            mask.WriteRow(writer, call.Cells, row);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public void Read(BinaryReader reader, SegmentHead head)
    {
        Id = reader.ReadString();
        At = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
        Outcome = (PredictOutcome)reader.ReadByte();
        Status = reader.ReadInt16();
        Problem = ReadOptional(reader);
        Caller = reader.ReadString();
        Arm = ReadOptional(reader);
        Reason = ReadOptional(reader);
        Times = new(reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle());
        Rows = reader.ReadInt32();
        var size = Rows * head.RowBytes;
        if (Values.Length < size)
            Values = new byte[Math.Max(size, Values.Length * 2)];
        reader.BaseStream.ReadExactly(Values.AsSpan(0, size));
    }

    private static void WriteOptional(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
            writer.Write(text);
    }

    // A sentence about a wrong value quotes it, and it may be of an input that isn't kept.
    [GeneratedRegex("\".*\"", RegexOptions.Singleline)]
    private static partial Regex Quoted();

    private static string? ReadOptional(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;
}
