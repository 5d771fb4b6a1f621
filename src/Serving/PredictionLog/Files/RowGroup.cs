using System.Buffers.Binary;
using System.Globalization;
using Assay.Serving.PredictionLog.Spill;
using Parquet;
using Parquet.Schema;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>Rows by column on their way into a file: filled, written, and filled again.</summary>
internal sealed class RowGroup
{
    private const int RowsMax = 16_384;
    private const int CellsMax = 2_000_000;
    private const int RowsWithTensorsMax = 2048;   // of which each may have 16 KiB
    private const int RowsTogether = 64;

    private readonly SegmentHead _head;
    private readonly int _capacity;
    private readonly FileColumn<ReadOnlyMemory<char>> _id;
    private readonly FileColumn<DateTime> _at;
    private readonly FileColumn<int> _row;
    private readonly FileColumn<int> _rows;
    private readonly FileColumn<ReadOnlyMemory<char>> _project;
    private readonly FileColumn<ReadOnlyMemory<char>> _endpoint;
    private readonly FileColumn<ReadOnlyMemory<char>> _model;
    private readonly FileColumn<int> _version;
    private readonly FileColumn<ReadOnlyMemory<char>> _digest;
    private readonly FileColumn<ReadOnlyMemory<char>> _arm;
    private readonly FileColumn<ReadOnlyMemory<char>> _reason;
    private readonly FileColumn<ReadOnlyMemory<char>> _outcome;
    private readonly FileColumn<int> _status;
    private readonly FileColumn<ReadOnlyMemory<char>> _problem;
    private readonly FileColumn<ReadOnlyMemory<char>> _caller;
    private readonly FileColumn<float> _readMs;
    private readonly FileColumn<float> _queueMs;
    private readonly FileColumn<float> _computeMs;
    private readonly FileColumn<float> _writeMs;
    private readonly FileColumn<float> _prediction;
    private readonly FileColumn<ReadOnlyMemory<char>>? _tensors;
    private readonly FileColumn<float>?[] _numbers;
    private readonly FileColumn<ReadOnlyMemory<char>>?[] _texts;
    private readonly byte[] _waiting;   // rows whose values are in no column yet: to take up each column for one row takes longer than to fill it
    private int _waitingRows;
    private int _count;

    public RowGroup(SegmentHead head, CallColumns columns)
    {
        _head = head;
        _capacity = Math.Clamp(CellsMax / Math.Max(1, head.Columns.Count), 64, head.HasTensors ? RowsWithTensorsMax : RowsMax);
        (_id, _at, _row, _rows) = (Text(columns.Id), new(columns.At, _capacity), Whole(columns.Row), Whole(columns.Rows));
        (_project, _endpoint, _model, _version, _digest) =
            (Text(columns.Project).Always(head.Project), Text(columns.Endpoint).Always(head.Endpoint), Text(columns.Model).Always(head.Model),
            Whole(columns.Version).Always(head.Version), Text(columns.Digest).Always(head.Digest));
        (_arm, _reason, _outcome, _status, _problem, _caller) =
            (Text(columns.Arm), Text(columns.Reason), Text(columns.Outcome), Whole(columns.Status), Text(columns.Problem), Text(columns.Caller));
        (_readMs, _queueMs, _computeMs, _writeMs) = (Number(columns.ReadMs), Number(columns.QueueMs), Number(columns.ComputeMs), Number(columns.WriteMs));
        _prediction = Number(columns.Prediction);
        _tensors = columns.Tensors is { } field ? Text(field) : null;
        _numbers = [.. head.Columns.Select((column, place) => column.IsNumber ? Number(columns.Inputs[place]) : null)];
        _texts = [.. head.Columns.Select((column, place) => !column.IsNumber ? Text(columns.Inputs[place]) : null)];
        _waiting = new byte[RowsTogether * head.RowBytes];
    }

    /// <summary>Rows that there is room for.</summary>
    public int Room => _capacity - _count;

    public bool IsEmpty => _count == 0;

    /// <summary>
    /// Adds rows of a call, at most as many as there is <see cref="Room"/> for; row 0 of a call without any stands for the call
    /// itself. Column by column, for most of what is said of a row is said of the whole call.
    /// </summary>
    public void Add(SpilledCall call, int from, int rows)
    {
        _count += rows;
        _id.Add(call.Id, rows);
        _at.Add(call.At.UtcDateTime, rows);
        _rows.Add(call.Rows, rows);
        _project.AddAlike(rows);
        _endpoint.AddAlike(rows);
        _model.AddAlike(rows);
        _version.AddAlike(rows);
        _digest.AddAlike(rows);
        _arm.Add(call.Arm, rows);
        _reason.Add(call.Reason, rows);
        _outcome.Add(OutcomeNames.Of(call.Outcome), rows);
        _status.Add(call.Status, rows);
        _problem.Add(call.Problem, rows);
        _caller.Add(call.Caller, rows);
        _readMs.Add(call.Times.Read, rows);
        _queueMs.Add(call.Times.Queue, rows);
        _computeMs.Add(call.Times.Compute, rows);
        _writeMs.Add(call.Times.Write, rows);
        if (_tensors is not null)
        {
            _tensors.Add(from == 0 ? call.Tensors : null);
            _tensors.Add(null, rows - 1);
        }

        if (call.Rows == 0)
        {
            Spread();
            AddNone();
            return;
        }

        for (var row = from; row < from + rows; row++)
            _row.Add(row + 1);
        AddValues(call.Values.AsSpan(from * _head.RowBytes, rows * _head.RowBytes), rows);
    }

    private void AddValues(ReadOnlySpan<byte> values, int rows)
    {
        if (_waitingRows + rows > RowsTogether)
            Spread();
        if (rows > RowsTogether)
        {
            Spread(values, rows);
            return;
        }

        values.CopyTo(_waiting.AsSpan(_waitingRows * _head.RowBytes));
        _waitingRows += rows;
    }

    private void Spread()
    {
        Spread(_waiting, _waitingRows);
        _waitingRows = 0;
    }

    private void Spread(ReadOnlySpan<byte> values, int rows)
    {
        AddNumbers(_prediction, values, rows);
        var place = sizeof(float);
        for (var i = 0; i < _numbers.Length; i++)
        {
            if (_numbers[i] is { } numbers)
                AddNumbers(numbers, values[place..], rows);
            else
                AddTexts(_texts[i]!, _head.Columns[i], values[place..], rows);
            place += _head.Columns[i].SizeBytes;
        }
    }

    private void AddNumbers(FileColumn<float> column, ReadOnlySpan<byte> values, int rows)
    {
        var (room, there) = column.Next(rows);
        var numbers = room.Span;
        var levels = there.Span;
        var count = 0;
        for (var row = 0; row < levels.Length; row++)
        {
            var number = BinaryPrimitives.ReadSingleLittleEndian(values[(row * _head.RowBytes)..]);
            numbers[count] = number;   // the next one stands there instead, if it is none
            levels[row] = float.IsNaN(number) ? 0 : 1;
            count += levels[row];
        }

        column.AddFilled(rows, count);
    }

    private void AddTexts(FileColumn<ReadOnlyMemory<char>> column, LoggedColumn kept, ReadOnlySpan<byte> values, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            var value = values[(row * _head.RowBytes)..];
            column.Add(kept.Kept == KeptAs.Hash ? Hash(value) : Category(kept, value));
        }
    }

    private void AddNone()
    {
        _row.AddNone();
        _prediction.AddNone();
        foreach (var numbers in _numbers)
            numbers?.AddNone();
        foreach (var texts in _texts)
            texts?.AddNone();
    }

    /// <summary>Writes the rows and forgets them; rests after each column that took its time.</summary>
    public async Task Write(ParquetWriter writer, FilePace pace, CancellationToken cancel)
    {
        Spread();
        using var group = writer.CreateRowGroup();
        await _id.Write(group, pace, cancel);
        await _at.Write(group, pace, cancel);
        await _row.Write(group, pace, cancel);
        await _rows.Write(group, pace, cancel);
        await _project.Write(group, pace, cancel);
        await _endpoint.Write(group, pace, cancel);
        await _model.Write(group, pace, cancel);
        await _version.Write(group, pace, cancel);
        await _digest.Write(group, pace, cancel);
        await _arm.Write(group, pace, cancel);
        await _reason.Write(group, pace, cancel);
        await _outcome.Write(group, pace, cancel);
        await _status.Write(group, pace, cancel);
        await _problem.Write(group, pace, cancel);
        await _caller.Write(group, pace, cancel);
        await _readMs.Write(group, pace, cancel);
        await _queueMs.Write(group, pace, cancel);
        await _computeMs.Write(group, pace, cancel);
        await _writeMs.Write(group, pace, cancel);
        await _prediction.Write(group, pace, cancel);
        if (_tensors is not null)
            await _tensors.Write(group, pace, cancel);
        for (var i = 0; i < _numbers.Length; i++)
            await (_numbers[i]?.Write(group, pace, cancel) ?? _texts[i]!.Write(group, pace, cancel));
        _count = 0;
    }

    private FileColumn<ReadOnlyMemory<char>> Text(DataField field) => new(field, _capacity);

    private FileColumn<int> Whole(DataField field) => new(field, _capacity);

    private FileColumn<float> Number(DataField field) => new(field, _capacity);

    /// <summary>A value as it stands in a segment; missing ones are null.</summary>
    public static object? Value(LoggedColumn column, ReadOnlySpan<byte> value) => column.Kept switch
    {
        KeptAs.Number or KeptAs.Probability => Number(value),
        KeptAs.Category or KeptAs.Class => Category(column, value),
        _ => Hash(value),
    };

    /// <summary>A number as it stands in a segment; null for NaN.</summary>
    public static float? Number(ReadOnlySpan<byte> value) =>
        BinaryPrimitives.ReadSingleLittleEndian(value) is var number && float.IsNaN(number) ? null : number;

    private static string? Category(LoggedColumn column, ReadOnlySpan<byte> value) =>
        BinaryPrimitives.ReadSingleLittleEndian(value) is >= 0 and var index ? column.Categories![(int)index] : null;

    private static string? Hash(ReadOnlySpan<byte> value) =>
        BinaryPrimitives.ReadUInt64LittleEndian(value) is > 0 and var hash ? hash.ToString("x16", CultureInfo.InvariantCulture) : null;
}
