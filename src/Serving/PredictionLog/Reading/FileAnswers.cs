using System.Globalization;
using System.Runtime.CompilerServices;
using Assay.Serving.PredictionLog.Spill;
using Parquet;

namespace Assay.Serving.PredictionLog.Reading;

/// <summary>The answers of a file, of which no more columns are read than it takes.</summary>
internal static class FileAnswers
{
    public static async IAsyncEnumerable<AnsweredRows> Read(ParquetReader file, AnswerQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        var names = file.Schema.DataFields.Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        bool[] kept = [.. query.Inputs.Select(input => names.Contains("input_" + input))];
        var (place, calls) = (0L, 0L);
        for (var group = 0; group < file.RowGroupCount; group++)
        {
            using var reader = file.OpenRowGroupReader(group);
            var (first, count) = (place, reader.RowCount);
            place += count;
            var rowOf = await GroupColumns.Values<int>(reader, GroupColumns.Field(file, "row"), cancel);
            calls += rowOf.LongCount(row => row is null or 1);
            if (place <= query.From)
                continue;
            var ids = await GroupColumns.Texts(reader, GroupColumns.Field(file, "id"), cancel);
            var rows = query.Ids is null || ids.Any(id => query.Ids.Contains(id!))
                ? await Rows(file, group, first, (ids, rowOf), query, kept, cancel)
                : [];
            yield return new(rows, place, calls, kept);
        }
    }

    private static async Task<List<AnsweredRow>> Rows(
        ParquetReader file, int group, long first, (string?[] Ids, int?[] Rows) keys, AnswerQuery query, bool[] kept, CancellationToken cancel)
    {
        using var reader = file.OpenRowGroupReader(group);
        var times = await GroupColumns.Times(file, group, cancel);
        var outcomes = await GroupColumns.Texts(reader, GroupColumns.Field(file, "outcome"), cancel);
        var reasons = await GroupColumns.Texts(reader, GroupColumns.Field(file, "reason"), cancel);
        var predictions = await GroupColumns.Values<float>(reader, GroupColumns.Field(file, "prediction"), cancel);
        var (classes, probabilities) = await Answered(file, reader, cancel);
        var inputs = new string?[kept.Length][];
        for (var input = 0; input < kept.Length; input++)
            inputs[input] = kept[input] ? await Input(file, reader, "input_" + query.Inputs[input], cancel) : [];

        var found = new List<AnsweredRow>();
        for (var at = 0; at < times.Length; at++)
        {
            if (first + at < query.From || (query.Ids is not null && !query.Ids.Contains(keys.Ids[at]!)))
                continue;
            var name = classes.Length == 0 ? null : classes[at];
            if (outcomes[at] != "ok" || (predictions[at] is null && name is null) || keys.Rows[at] is not { } row || !AnswerQuery.IsPrediction(reasons[at]))
                continue;
            found.Add(new(first + at, keys.Ids[at]!, row, times[at], predictions[at] ?? float.NaN, [.. inputs.Select(values => values.Length == 0 ? null : values[at])])
            {
                Class = name,
                Probabilities = probabilities.Count == 0 ? null : [.. probabilities.Select(values => values[at] ?? float.NaN)],
            });
        }

        return found;
    }

    // In the order of the classes, as the file has them.
    private static async Task<(string?[] Classes, List<float?[]> Probabilities)> Answered(ParquetReader file, ParquetRowGroupReader reader, CancellationToken cancel)
    {
        var (classes, probabilities) = (Array.Empty<string?>(), new List<float?[]>());
        foreach (var field in file.Schema.DataFields)
        {
            if (field.Name == LoggedColumn.ClassName)
                classes = await GroupColumns.Texts(reader, field, cancel);
            else if (field.Name.StartsWith(LoggedColumn.ProbabilityPrefix, StringComparison.Ordinal))
                probabilities.Add(await GroupColumns.Values<float>(reader, field, cancel));
        }

        return (classes, probabilities);
    }

    private static async Task<string?[]> Input(ParquetReader file, ParquetRowGroupReader reader, string column, CancellationToken cancel)
    {
        var field = GroupColumns.Field(file, column);
        return field.ClrType == typeof(float)   // that of a text is no string in a schema that was read
            ? Array.ConvertAll(await GroupColumns.Values<float>(reader, field, cancel), number => number?.ToString("R", CultureInfo.InvariantCulture))
            : await GroupColumns.Texts(reader, field, cancel);
    }
}
