using System.Globalization;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Traces;

/// <summary>Deletes traces of an experiment for good, with their spans, assessments and files: some by their ids, or the oldest up to a time.</summary>
internal static class DeleteTraces
{
    private const int IdsMax = 100;

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/traces/delete-traces", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var experiment = fields.RequiredText("experiment_id");
        var (until, most, ids) = (fields.Integer("max_timestamp_millis"), fields.Integer("max_traces"), fields.Texts("request_ids"));
        Check(until, most, ids);
        call.Scope.Demand(experiment);
        var deleted = ids.Count > 0
            ? await call.Get<TraceRemoval>().Remove(experiment, traces => traces.Where(trace => ids.Contains(trace.Id)), call.Cancel)
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
        var deleted = 0L;
        while (deleted < most)
        {
            var size = (int)Math.Min(TraceRemoval.GroupMax, most - deleted);
            var gone = await call.Get<TraceRemoval>().Remove(
                experiment, traces => traces.Where(trace => trace.StartedAt <= until).OrderBy(trace => trace.StartedAt).ThenBy(trace => trace.Id).Take(size), call.Cancel);
            deleted += gone;
            if (gone < size)
                break;
        }

        return deleted;
    }
}
