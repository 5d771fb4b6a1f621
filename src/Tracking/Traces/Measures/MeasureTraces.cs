using System.Text.Json;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;
using Assay.Tracking.Traces.Search;

namespace Assay.Tracking.Traces.Measures;

/// <summary>What is asked to be measured.</summary>
internal sealed record MeasureQuery(MeasureView View, string Name, Measure Measure, IReadOnlyList<Wanted> Aggregations)
{
    public required IReadOnlyList<string> Dimensions { get; init; }

    public required IReadOnlyList<string> Filters { get; init; }

    /// <summary>The length of a group in time; 0 when time makes no groups.</summary>
    public required long IntervalMs { get; init; }

    public required long? From { get; init; }

    public required long? To { get; init; }
}

/// <summary>Counts and measures traces, spans and assessments of some experiments, perhaps by time and by what they are.</summary>
internal static class MeasureTraces
{
    private const int ResultsMax = 1000;
    private const int DimensionsMax = 10;
    private const long IntervalSecondsMax = 10L * 366 * 24 * 3600;

    private static readonly IReadOnlyList<string> Views = ["TRACES", "SPANS", "ASSESSMENTS"];
    private static readonly IReadOnlyList<string> Types = ["", "COUNT", "SUM", "AVG", "PERCENTILE", "MIN", "MAX"];

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/traces/metrics", Handle, TrackingPermissions.Read);

    private static Task Handle(MlflowCall call)
    {
        var ids = call.Fields.Texts("experiment_ids");
        if (ids.Count == 0)
            throw MlflowError.Missing("experiment_ids");
        var (query, scope) = (Read(call.Fields), call.Scope);
        var most = call.Fields.Integer("max_results") ?? ResultsMax;
        if (most is < 1 or > ResultsMax)
            throw MlflowError.Value("max_results", call.Fields.Shown("max_results"), $"It must be a positive integer, and at most {ResultsMax}.");
        var groups = new MeasureGroups(query);
        call.Get<Sessions>().Read(session =>
        {
            var experiments = SearchTraces.ExperimentsOf(session, scope, ids);
            if (experiments.Count == 0)
                return false;
            var sql = MeasureSql.Of(query, experiments, session.IsPostgres);
            using var rows = session.With(sql.From.ToString(), sql.Values).ExecuteReader();
            groups.Read(rows);
            return true;
        });
        return call.Answer(json => groups.Write(json, query.Name, (int)most));
    }

    private static MeasureQuery Read(MlflowFields fields)
    {
        var view = (MeasureView)(fields.Choice("view_type", Views) ?? throw MlflowError.Missing("view_type"));
        var name = fields.RequiredText("metric_name");
        var wanted = fields.List("aggregations").Select(ReadOne).ToList();
        if (wanted.Count == 0)
            throw MlflowError.Missing("aggregations");
        var dimensions = fields.Texts("dimensions").Distinct(StringComparer.Ordinal).Take(DimensionsMax).ToList();
        var measure = Measure.Find(view, name);
        measure.Demand([.. wanted.Select(one => one.Type)], dimensions);
        var (seconds, from, to) = (fields.Integer("time_interval_seconds") ?? 0, fields.Integer("start_time_ms"), fields.Integer("end_time_ms"));
        if (seconds is < 0 or > IntervalSecondsMax)
            throw MlflowError.Value("time_interval_seconds", fields.Shown("time_interval_seconds"), "It is a number of seconds from 1 to ten years.");
        if (seconds > 0 && (from is null || to is null))
            throw MlflowError.Invalid("start_time_ms and end_time_ms are required if time_interval_seconds is set");
        return new(view, name, measure, wanted)
        {
            Dimensions = dimensions,
            Filters = fields.Texts("filters"),
            IntervalMs = seconds * 1000,
            From = from,
            To = to,
        };
    }

    private static Wanted ReadOne(JsonElement item)
    {
        var type = item.ChoiceOf("aggregation_type", Types, "aggregations.aggregation_type") is { Length: > 0 } said ? said : throw MlflowError.Missing("aggregations.aggregation_type");
        if (type != "PERCENTILE")
            return new(type, 0);
        var percentile = item.Member("percentile_value") is { } value ? JsonFields.Number(value, "aggregations.percentile_value") : throw MlflowError.Missing("aggregations.percentile_value");
        return percentile is >= 0 and <= 100 ? new(type, percentile) : throw MlflowError.Invalid("aggregations.percentile_value is a number from 0 to 100.");
    }
}
