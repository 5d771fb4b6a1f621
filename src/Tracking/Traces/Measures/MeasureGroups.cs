using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Traces.Measures;

/// <summary>An aggregation that is asked for, with what clients call its result.</summary>
internal readonly record struct Wanted(string Type, double Percentile)
{
    public string Label => Type == "PERCENTILE" ? string.Create(CultureInfo.InvariantCulture, $"P{(Percentile == Math.Floor(Percentile) ? $"{Percentile:0}.0" : $"{Percentile}")}") : Type;
}

/// <summary>The values of each group, in the order of the groups: time first, then the dimensions as they were asked for.</summary>
internal sealed class MeasureGroups(MeasureQuery query)
{
    private const int RowsMax = 5_000_000;
    private readonly SortedDictionary<(long Time, string Key), (string?[] Dimensions, List<double> Values)> _groups = new(Comparer<(long Time, string Key)>.Create(
        (one, other) => one.Time != other.Time ? one.Time.CompareTo(other.Time) : string.CompareOrdinal(one.Key, other.Key)));

    /// <exception cref="Kernel.Refusals.Refusal">400: there are too many rows to sum up.</exception>
    public void Read(DbDataReader rows)
    {
        for (var count = 0; rows.Read(); count++)
        {
            if (count == RowsMax)
                throw MlflowError.Invalid($"More than {RowsMax} rows would be summed up. Narrow the request by start_time_ms and end_time_ms.");
            Add(rows);
        }

        // Without groups there is one, also of nothing.
        if (_groups.Count == 0 && query.Dimensions.Count == 0 && query.IntervalMs == 0)
            _groups.Add((0, ""), ([], []));
    }

    public void Write(Utf8JsonWriter json, string name, int most)
    {
        var isOpen = false;
        foreach (var (place, group) in _groups)
        {
            group.Values.Sort();
            var results = query.Aggregations.Select(one => (one.Label, Value: Sum(one, group.Values))).Where(one => one.Value is not null).ToList();
            if (results.Count == 0 || most-- == 0)
                continue;
            if (!isOpen)
                json.WriteStartArray("data_points"u8);
            isOpen = true;
            json.WriteStartObject();
            json.WriteString("metric_name"u8, name);
            if (query.IntervalMs > 0 || query.Dimensions.Count > 0)
            {
                json.WriteStartObject("dimensions"u8);
                if (query.IntervalMs > 0)
                    json.WriteString("time_bucket"u8, DateTimeOffset.FromUnixTimeMilliseconds(place.Time).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
                for (var i = 0; i < query.Dimensions.Count; i++)
                    json.WriteString(query.Dimensions[i], group.Dimensions[i]);
                json.WriteEndObject();
            }

            json.WriteStartObject("values"u8);
            foreach (var (label, value) in results)
                json.WriteNumber(label, value!.Value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (isOpen)
            json.WriteEndArray();
    }

    private void Add(DbDataReader rows)
    {
        var (dimensions, last) = (new string?[query.Dimensions.Count], query.Dimensions.Count + 1);
        for (var i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = rows.TextOrNull(i + 1);
            if (query.Dimensions[i] == "assessment_value")
                dimensions[i] = Member(dimensions[i], "value")?.GetRawText() ?? "null";
            if (dimensions[i] is null)
                return;   // without that dimension it is in no group
        }

        var time = query.IntervalMs == 0 ? 0 : (long)Math.Floor(rows.GetInt64(0) / (double)query.IntervalMs) * query.IntervalMs;
        var place = (time, string.Join('\0', dimensions));
        if (!_groups.TryGetValue(place, out var group))
            _groups.Add(place, group = (dimensions, []));
        if (Number(rows, last) is { } value)
            group.Values.Add(value);
    }

    private double? Number(DbDataReader rows, int column)
    {
        if (rows.IsDBNull(column))
            return null;
        if (query.Measure.IsWithinJson)
            return Member(rows.GetString(column), query.Name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
        if (query.Name != "assessment_value")
            return Convert.ToDouble(rows.GetValue(column), CultureInfo.InvariantCulture);
        return rows.GetString(column) switch
        {
            "true" or "yes" => 1,
            "false" or "no" => 0,
            var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null,
        };
    }

    private static JsonElement? Member(string? json, string name)
    {
        if (json is null)
            return null;
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.Member(name)?.Clone();
        }
        catch (JsonException)   // cut off, or a client's own
        {
            return null;
        }
    }

    // Percentiles lie between the two values that they fall between.
    private static double? Sum(Wanted wanted, List<double> sorted)
    {
        if (wanted.Type == "COUNT")
            return sorted.Count;
        if (sorted.Count == 0)
            return null;
        var place = wanted.Percentile / 100 * (sorted.Count - 1);
        var below = (int)Math.Floor(place);
        return wanted.Type switch
        {
            "SUM" => sorted.Sum(),
            "AVG" => sorted.Average(),
            "MIN" => sorted[0],
            "MAX" => sorted[^1],
            _ => sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Count - 1)] - sorted[below])),
        };
    }
}
