using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Metrics;

/// <summary>Points of one metric of several runs, run after run.</summary>
internal static class GetHistoryBulk
{
    public const int RunsMax = 100;
    private const int PointsMax = 25_000;

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("GET", "/metrics/get-history-bulk", Handle, TrackingPermissions.Read);

    private static Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var ids = fields.Texts("run_id");
        if (ids.Count == 0)
            throw MlflowError.Invalid("GetMetricHistoryBulk request must specify at least one run_id.");
        if (ids.Count > RunsMax)
            throw MlflowError.Invalid($"GetMetricHistoryBulk request cannot specify more than {RunsMax} run_ids. Received {ids.Count} run_ids.");
        if (fields.Text("metric_key") is not { Length: > 0 } key)
            throw MlflowError.Invalid("GetMetricHistoryBulk request must specify a metric_key.");
        var limit = fields.Integer("max_results") ?? PointsMax;
        if (limit < 1)
            throw MlflowError.Value("max_results", fields.Shown("max_results"), "It must be positive.");

        var (scope, left) = (call.Scope, (int)Math.Min(limit, PointsMax));
        var found = call.Get<Sessions>().Read(session =>
        {
            var histories = new List<(string Id, HistoryPoints Points)>();
            foreach (var (id, run) in HistoryReader.Runs(session, scope, ids).OrderBy(run => run.Id, StringComparer.Ordinal))
            {
                var points = HistoryReader.Read(session, run, key, left, 0);
                histories.Add((id, points));
                left -= points.Count;
            }

            return histories;
        });
        return call.Answer(json =>
        {
            json.WriteStartArray("metrics"u8);
            foreach (var (id, points) in found)
            {
                using (points)
                    HistoryJson.Write(json, key, points.Take(PointsMax), id);
            }

            json.WriteEndArray();
        });
    }
}
