using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces;

/// <summary>A trace without its spans, for clients of both versions; or many of them.</summary>
internal static class GetTraceInfo
{
    private const int TracesMax = 1000;

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapOperationOnAny("GET", "/traces/{trace_id}", call => TraceJson.Answer(call, Read(call, "trace_id")), TrackingPermissions.Read);
        group.MapOperationOnAny("POST", "/traces/batchGetInfos", GetMany, TrackingPermissions.Read);
    }

    public static void MapOld(IEndpointRouteBuilder group) =>
        group.MapOperationOnAny("GET", "/traces/{request_id}/info", call => TraceJson.AnswerOld(call, Read(call, "request_id")), TrackingPermissions.Read);

    /// <summary>The ids that a request names.</summary>
    public static IReadOnlyList<string> IdsOf(MlflowCall call)
    {
        var ids = call.Fields.Texts("trace_ids");
        if (ids.Count == 0)
            throw MlflowError.Missing("trace_ids");
        return ids.Count <= TracesMax ? ids : throw MlflowError.Invalid($"A request names at most {TracesMax} traces. Got {ids.Count}.");
    }

    private static TraceRow Read(MlflowCall call, string route)
    {
        var (scope, id) = (call.Scope, call.Route(route));
        return call.Get<Sessions>().Read(session => TraceReader.Get(session, scope, id));
    }

    private static Task GetMany(MlflowCall call)
    {
        var (scope, ids) = (call.Scope, IdsOf(call));
        var found = call.Get<Sessions>().Read(session => TraceReader.GetAll(session, scope, ids));
        return call.Answer(json =>
        {
            if (found.Count == 0)
                return;
            json.WriteStartArray("trace_infos"u8);
            foreach (var trace in found)
            {
                json.WriteStartObject();
                TraceJson.WriteInfo(json, trace);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }
}
