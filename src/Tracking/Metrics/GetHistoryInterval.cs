using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Metrics;

/// <summary>
/// Points of one metric of several runs for a chart: at so many steps, evenly spaced among those that any of the runs has,
/// and at the first and last step of each run.
/// </summary>
internal static class GetHistoryInterval
{
    private const int PointsMax = 2500;

    public static void Map(IEndpointRouteBuilder group) => group.MapOperation("GET", "/metrics/get-history-bulk-interval", Handle, TrackingPermissions.Read);

    private static Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var ids = fields.Texts("run_ids");
        if (ids.Count == 0)
            throw MlflowError.Missing("run_ids");
        if (ids.Count > GetHistoryBulk.RunsMax)
            throw MlflowError.Invalid($"GetMetricHistoryBulkInterval request must specify at most {GetHistoryBulk.RunsMax} run_ids. Received {ids.Count} run_ids.");
        var key = fields.RequiredText("metric_key");
        var size = fields.Integer("max_results") ?? PointsMax;
        if (size is < 1 or > PointsMax)
            throw MlflowError.Invalid($"max_results must be between 1 and {PointsMax}");
        var (from, to) = (fields.Integer("start_step"), fields.Integer("end_step"));
        if (from is null != to is null)
            throw MlflowError.Invalid("If either start step or end step are specified, both must be specified.");
        if (from > to)
            throw MlflowError.Invalid($"end_step must be greater than start_step. Found start_step={from} and end_step={to}.");

        var project = call.Project;
        var found = call.Get<Sessions>().Read(session => Sample(session, project, ids, key, (int)size, (from ?? long.MinValue, to ?? long.MaxValue)));
        return call.Answer(json =>
        {
            if (found.Count == 0)
                return;
            json.WriteStartArray("metrics"u8);
            foreach (var (id, point) in found)
                HistoryReader.Write(json, key, new ReadOnlySpan<HistoryPoint>(in point), id);
            json.WriteEndArray();
        });
    }

    private static List<(string Id, HistoryPoint Point)> Sample(
        Session session, string project, IReadOnlyList<string> ids, string key, int size, (long From, long To) range)
    {
        var runs = HistoryReader.Runs(session, project, ids);
        var steps = runs.ConvertAll(run => HistoryReader.Steps(session, run.Key, key, range.From, range.To));
        var chosen = Spread([.. steps.SelectMany(own => own).Distinct().Order()], size);
        foreach (var own in steps.Where(own => own.Count > 0))
        {
            chosen.Add(own[0]);
            chosen.Add(own[^1]);
        }

        var found = new List<(string, HistoryPoint)>();
        for (var i = 0; i < runs.Count; i++)
        {
            var left = PointsMax;
            foreach (var step in steps[i].Where(chosen.Contains).TakeWhile(_ => left > 0))
            {
                var points = HistoryReader.ReadStep(session, runs[i].Key, key, step, left);
                left -= points.Count;
                found.AddRange(points.Select(point => (runs[i].Id, point)));
            }
        }

        return found;
    }

    /// <summary>So many of the steps, evenly spaced from the first on, and the last.</summary>
    internal static HashSet<long> Spread(List<long> steps, int size)
    {
        if (steps.Count <= size)
            return [.. steps];
        var interval = (double)steps.Count / size;
        var chosen = new HashSet<long> { steps[^1] };
        for (var i = 0; i < size; i++)
            chosen.Add(steps[(int)(i * interval)]);
        return chosen;
    }
}
