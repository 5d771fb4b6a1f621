using System.Data.Common;
using System.Globalization;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces;

/// <summary>Deletes traces of an experiment for good, with their spans, assessments and files: some by their ids, or the oldest up to a time.</summary>
internal static class DeleteTraces
{
    private const int IdsMax = 100;

    /// <summary>How many go in one transaction, so that others can write in between.</summary>
    private const int GroupMax = 500;

    private static readonly Statement Oldest = new($"""
        SELECT {TraceRow.Columns} FROM tracking_traces r WHERE r.project = @p0 AND r.experiment_id = @p1 AND r.started_at <= @p2
        ORDER BY r.started_at, r.id LIMIT @p3
        """);

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/traces/delete-traces", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var (scope, experiment) = (call.Scope, fields.RequiredText("experiment_id"));
        var (until, most, ids) = (fields.Integer("max_timestamp_millis"), fields.Integer("max_traces"), fields.Texts("request_ids"));
        Check(until, most, ids);
        scope.Demand(experiment);
        var deleted = ids.Count > 0
            ? await Delete(call, session => Named(session, scope, experiment, ids))
            : await DeleteOldest(call, experiment, until!.Value, most ?? long.MaxValue);
        await call.Answer(json => json.WriteNumber("traces_deleted"u8, deleted));
    }

    private static void Check(long? until, long? most, IReadOnlyList<string> ids)
    {
        if (until is null && ids.Count == 0)
            throw MlflowError.Invalid("Either `max_timestamp_millis` or `trace_ids` must be specified.");
        if (until is not null && ids.Count > 0)
            throw MlflowError.Invalid("Only one of `max_timestamp_millis` and `trace_ids` can be specified.");
        if (most is not null && ids.Count > 0)
            throw MlflowError.Invalid("`max_traces` can't be specified if `trace_ids` is specified.");
        if (most is <= 0)
            throw MlflowError.Invalid(string.Create(CultureInfo.InvariantCulture, $"`max_traces` must be a positive integer, received {most}."));
        if (ids.Count > IdsMax)
            throw MlflowError.Invalid($"A request deletes at most {IdsMax} traces by their ids. Got {ids.Count}.");
    }

    private static async Task<long> DeleteOldest(MlflowCall call, string experiment, long until, long most)
    {
        var (scope, deleted) = (call.Scope, 0L);
        while (deleted < most)
        {
            var size = Math.Min(GroupMax, most - deleted);
            var gone = await Delete(call, session => Read(session.With(Oldest, scope.Project, experiment, until, size)));
            deleted += gone;
            if (gone < size)
                break;
        }

        return deleted;
    }

    private static async Task<long> Delete(MlflowCall call, Func<Session, List<TraceRow>> find) => await call.Get<TraceRemoval>().Remove(call.Scope, find);

    private static List<TraceRow> Named(Session session, ExperimentScope scope, string experiment, IReadOnlyList<string> ids)
    {
        var found = new List<TraceRow>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (TraceReader.TryFind(session, scope, id) is { } trace && trace.ExperimentId == experiment)
                found.Add(trace);
        }

        return found;
    }

    private static List<TraceRow> Read(DbCommand command)
    {
        var found = new List<TraceRow>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            found.Add(TraceRow.Read(reader));
        return found;
    }
}
