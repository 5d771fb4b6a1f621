using System.Buffers.Binary;
using System.Globalization;
using Assay.Serving.PredictionLog.Spill;
using Parquet;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>Rows by column on their way into a file: filled, written, and filled again.</summary>
internal sealed class RowGroup
{
    private const int RowsMax = 16_384;
    private const int CellsMax = 2_000_000;

    private readonly SegmentHead _head;
    private readonly CallColumns _columns;
    private readonly int _capacity;
    private readonly string[] _id;
    private readonly DateTime[] _at;
    private readonly int?[] _row;
    private readonly int[] _rows;
    private readonly string?[] _arm;
    private readonly string?[] _reason;
    private readonly string[] _outcome;
    private readonly int[] _status;
    private readonly string?[] _problem;
    private readonly string[] _caller;
    private readonly float[] _readMs;
    private readonly float[] _queueMs;
    private readonly float[] _computeMs;
    private readonly float[] _writeMs;
    private readonly float?[] _prediction;
    private readonly float?[]?[] _numbers;
    private readonly string?[]?[] _texts;
    private readonly string[] _project;
    private readonly string[] _endpoint;
    private readonly string[] _model;
    private readonly string[] _digest;
    private readonly int?[] _version;
    private int _count;

    public RowGroup(SegmentHead head, CallColumns columns)
    {
        (_head, _columns) = (head, columns);
        _capacity = Math.Clamp(CellsMax / Math.Max(1, head.Columns.Count), 64, RowsMax);
        (_id, _at, _row, _rows) = (new string[_capacity], new DateTime[_capacity], new int?[_capacity], new int[_capacity]);
        (_arm, _reason, _outcome, _status) = (new string?[_capacity], new string?[_capacity], new string[_capacity], new int[_capacity]);
        (_problem, _caller, _prediction) = (new string?[_capacity], new string[_capacity], new float?[_capacity]);
        (_readMs, _queueMs, _computeMs, _writeMs) = (new float[_capacity], new float[_capacity], new float[_capacity], new float[_capacity]);
        (_project, _endpoint, _model, _digest) = (Same(head.Project), Same(head.Endpoint), Same(head.Model), Same(head.Digest));
        _version = [.. Enumerable.Repeat(head.Version, _capacity)];
        _numbers = [.. head.Columns.Select(column => column.IsNumber ? new float?[_capacity] : null)];
        _texts = [.. head.Columns.Select(column => !column.IsNumber ? new string?[_capacity] : null)];
    }

    public bool IsFull => _count == _capacity;

    public bool IsEmpty => _count == 0;

    /// <summary>Adds one row of a call; row 0 of a call without any stands for the call itself.</summary>
    public void Add(SpilledCall call, int row)
    {
        var at = _count++;
        (_id[at], _at[at], _rows[at]) = (call.Id, call.At.UtcDateTime, call.Rows);
        _row[at] = call.Rows > 0 ? row + 1 : null;
        (_arm[at], _reason[at]) = (call.Arm, call.Reason);
        (_outcome[at], _status[at], _problem[at], _caller[at]) = (OutcomeNames.Of(call.Outcome), call.Status, call.Problem, call.Caller);
        (_readMs[at], _queueMs[at], _computeMs[at], _writeMs[at]) = (call.Times.Read, call.Times.Queue, call.Times.Compute, call.Times.Write);
        if (call.Rows > 0)
            AddValues(at, call.Values.AsSpan(row * _head.RowBytes, _head.RowBytes));
        else
            AddNone(at);
    }

    private void AddValues(int at, ReadOnlySpan<byte> values)
    {
        _prediction[at] = Number(values);
        var place = sizeof(float);
        for (var i = 0; i < _head.Columns.Count; i++)
        {
            var column = _head.Columns[i];
            switch (column.Kept)
            {
                case KeptAs.Number or KeptAs.Probability:
                    _numbers[i]![at] = Number(values[place..]);
                    place += sizeof(float);
                    break;
                case KeptAs.Category or KeptAs.Class:
                    _texts[i]![at] = Category(column, values[place..]);
                    place += sizeof(float);
                    break;
                default:
                    _texts[i]![at] = Hash(values[place..]);
                    place += sizeof(ulong);
                    break;
            }
        }
    }

    private void AddNone(int at)
    {
        _prediction[at] = null;
        foreach (var numbers in _numbers)
            numbers?[at] = null;
        foreach (var texts in _texts)
            texts?[at] = null;
    }

    /// <summary>Writes the rows and forgets them.</summary>
    public async Task Write(ParquetWriter writer, CancellationToken cancel)
    {
        using var group = writer.CreateRowGroup();
        var c = _columns;
        await group.WriteAsync(c.Id, new ArraySegment<string>(_id, 0, _count));
        await group.WriteAsync<DateTime>(c.At, _at.AsMemory(0, _count), cancellationToken: cancel);
        await group.WriteAsync<int>(c.Row, (ReadOnlyMemory<int?>)_row.AsMemory(0, _count), cancellationToken: cancel);
        await group.WriteAsync<int>(c.Rows, _rows.AsMemory(0, _count), cancellationToken: cancel);
        await group.WriteAsync(c.Project, new ArraySegment<string>(_project, 0, _count));
        await group.WriteAsync(c.Endpoint, new ArraySegment<string>(_endpoint, 0, _count));
        await group.WriteAsync(c.Model, new ArraySegment<string>(_model, 0, _count));
        await group.WriteAsync<int>(c.Version, (ReadOnlyMemory<int?>)_version.AsMemory(0, _count), cancellationToken: cancel);
        await group.WriteAsync(c.Digest, new ArraySegment<string>(_digest, 0, _count));
        await group.WriteAsync(c.Arm, new ArraySegment<string>(_arm!, 0, _count));
        await group.WriteAsync(c.Reason, new ArraySegment<string>(_reason!, 0, _count));
        await group.WriteAsync(c.Outcome, new ArraySegment<string>(_outcome, 0, _count));
        await group.WriteAsync<int>(c.Status, _status.AsMemory(0, _count), cancellationToken: cancel);
        await group.WriteAsync(c.Problem, new ArraySegment<string>(_problem!, 0, _count));
        await group.WriteAsync(c.Caller, new ArraySegment<string>(_caller, 0, _count));
        await group.WriteAsync<float>(c.ReadMs, _readMs.AsMemory(0, _count), cancellationToken: cancel);
        await group.WriteAsync<float>(c.QueueMs, _queueMs.AsMemory(0, _count), cancellationToken: cancel);
        await group.WriteAsync<float>(c.ComputeMs, _computeMs.AsMemory(0, _count), cancellationToken: cancel);
        await group.WriteAsync<float>(c.WriteMs, _writeMs.AsMemory(0, _count), cancellationToken: cancel);
        await group.WriteAsync<float>(c.Prediction, (ReadOnlyMemory<float?>)_prediction.AsMemory(0, _count), cancellationToken: cancel);
        for (var i = 0; i < c.Inputs.Length; i++)
        {
            if (_numbers[i] is { } numbers)
                await group.WriteAsync<float>(c.Inputs[i], (ReadOnlyMemory<float?>)numbers.AsMemory(0, _count), cancellationToken: cancel);
            else
                await group.WriteAsync(c.Inputs[i], new ArraySegment<string>(_texts[i]!, 0, _count));
        }

        _count = 0;
    }

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

    private string[] Same(string? text) => [.. Enumerable.Repeat(text!, _capacity)];
}
