using System.Text.Json;
using Assay.Serving.PredictionLog.Files;
using Assay.Serving.PredictionLog.Spill;
using Parquet;
using Parquet.Schema;

namespace Assay.Serving.PredictionLog.Reading;

/// <summary>A group of rows of a file, in memory.</summary>
internal sealed class GroupColumns
{
    private readonly DateTimeOffset[] _times;
    private readonly Dictionary<string, string?[]> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, float?[]> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int?[]> _integers = new(StringComparer.Ordinal);
    private readonly string[] _inputs;

    private GroupColumns(DateTimeOffset[] times, string[] inputs) => (_times, _inputs) = (times, inputs);

    public int Count => _times.Length;

    /// <summary>The times of a group's rows alone.</summary>
    public static async Task<DateTimeOffset[]> Times(ParquetReader file, int group, CancellationToken cancel)
    {
        using var reader = file.OpenRowGroupReader(group);
        var times = new DateTime[reader.RowCount];
        await reader.ReadAsync<DateTime>(Field(file, CallColumns.BeganAt), times.AsMemory(), cancellationToken: cancel);
        return Array.ConvertAll(times, at => new DateTimeOffset(at.Ticks, TimeSpan.Zero));
    }

    /// <summary>The ids of a group's rows alone.</summary>
    public static async Task<string?[]> Ids(ParquetReader file, int group, CancellationToken cancel)
    {
        using var reader = file.OpenRowGroupReader(group);
        return await Texts(reader, Field(file, "id"), cancel);
    }

    public static async Task<GroupColumns> Read(ParquetReader file, int group, CancellationToken cancel)
    {
        var inputs = file.Schema.DataFields.Where(field => IsOfRow(field.Name));
        var columns = new GroupColumns(await Times(file, group, cancel), [.. inputs.Select(field => field.Name)]);
        using var reader = file.OpenRowGroupReader(group);
        foreach (var field in file.Schema.DataFields)
        {
            if (field.ClrType == typeof(float))
                columns._numbers[field.Name] = await Values<float>(reader, field, cancel);
            else if (field.ClrType == typeof(int))
                columns._integers[field.Name] = await Values<int>(reader, field, cancel);
            else if (field is not DateTimeDataField)
                columns._texts[field.Name] = await Texts(reader, field, cancel);
        }

        return columns;
    }

    private static bool IsOfRow(string name) =>
        name == LoggedColumn.ClassName || new[] { "input_", "hash_", LoggedColumn.ProbabilityPrefix }.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    public DateTimeOffset At(int at) => _times[at];

    public string Id(int at) => _texts["id"][at]!;

    /// <summary>Whether a call begins here, and not a further row of one.</summary>
    public bool Starts(int at) => _integers["row"][at] is null or 1;

    public bool Matches(int at, CallQuery query) =>
        query.Wants(At(at), Id(at))
        && (query.Outcome is null || _texts["outcome"][at] == query.Outcome)
        && (query.Caller is null || _texts["caller"][at] == query.Caller);

    public LoggedPrediction Call(int at, PredictionFile file, int rowsMax)
    {
        var count = _integers["row"][at] is null ? 0 : _integers["rows"][at]!.Value;
        var here = Math.Min(Math.Min(count, rowsMax), Count - at);
        return new(
            Id(at), At(at), file.Model, file.Version, file.ModelDigest, _texts["arm"][at], _texts["reason"][at],
            _texts["outcome"][at]!, _integers["status"][at]!.Value, _texts["problem"][at], _texts["caller"][at]!,
            new LoggedMilliseconds(Milliseconds("read_ms", at), Milliseconds("queue_ms", at), Milliseconds("compute_ms", at), Milliseconds("write_ms", at)).Rounded(),
            count, [.. Enumerable.Range(at, here).Select(Row)])
        {
            Inputs = _texts.GetValueOrDefault(CallColumns.TensorsName)?[at] is { } tensors ? JsonElement.Parse(tensors) : null,
        };
    }

    public LoggedRow Row(int at)
    {
        var inputs = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var name in _inputs)
            inputs[name] = _texts.TryGetValue(name, out var texts) ? texts[at] : _numbers[name][at];
        return new(_integers["row"][at] ?? 1, _numbers["prediction"][at], inputs);
    }

    private float Milliseconds(string column, int at) => _numbers[column][at] ?? 0;

    public static DataField Field(ParquetReader file, string name) => file.Schema.DataFields.Single(field => field.Name == name);

    public static async Task<string?[]> Texts(ParquetRowGroupReader reader, DataField field, CancellationToken cancel)
    {
        var values = new string?[reader.RowCount];
        await reader.ReadAsync(field, values.AsMemory(), cancellationToken: cancel);
        return values;
    }

    public static async Task<T?[]> Values<T>(ParquetRowGroupReader reader, DataField field, CancellationToken cancel)
        where T : struct
    {
        if (field.IsNullable)
        {
            var values = new T?[reader.RowCount];
            await reader.ReadAsync<T>(field, values.AsMemory(), cancellationToken: cancel);
            return values;
        }

        var present = new T[reader.RowCount];
        await reader.ReadAsync<T>(field, present.AsMemory(), cancellationToken: cancel);
        return Array.ConvertAll(present, value => (T?)value);
    }
}
