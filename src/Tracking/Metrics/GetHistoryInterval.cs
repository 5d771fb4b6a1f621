using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Metrics;

/// <summary>
/// Points of one metric of several runs for a chart: at so many steps, evenly spaced among those that any of the runs has,
/// and at the first and last step of each run. Of a metric with very many points the steps are evenly spaced between the
/// least and the greatest instead, so that nothing but what is answered is read.
/// </summary>
internal static class GetHistoryInterval
{
    public const int PointsMax = 2500;

    // Up to so many points of a run all its steps are read to choose from.
    private const int ReadMax = 25_000;

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("GET", "/metrics/get-history-bulk-interval", Handle, TrackingPermissions.Read);

    public static Task Handle(MlflowCall call)
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

        var scope = call.Scope;
        var found = call.Get<Sessions>().Read(session => Sample(session, scope, ids, key, (int)size, (from ?? long.MinValue, to ?? long.MaxValue)));
        return call.Answer(json =>
        {
            if (found.All(run => run.Points.Count == 0))
                return;
            json.WriteStartArray("metrics"u8);
            foreach (var (id, points) in found)
            {
                using (points)
                    HistoryJson.Write(json, key, points.Take(PointsMax), id);
            }

            json.WriteEndArray();
        });
    }

    /// <summary>The chosen points, run after run; each is disposed when it was read.</summary>
    public static List<(string Id, HistoryPoints Points)> Sample(
        Session session, ExperimentScope scope, IReadOnlyList<string> ids, string key, int size, (long From, long To) range)
    {
        var runs = HistoryReader.Runs(session, scope, ids);
        if (runs.Any(run => HistoryReader.HasMore(session, run.Key, key, range, ReadMax)))
        {
            // With room for the ends of each run: cut off, a chart would lack its last point.
            var targets = Between(session, runs, key, Math.Min(size, Math.Min(PointsMax + 1 - (2 * runs.Count), ReadMax / runs.Count)), range);
            return runs.ConvertAll(run => (run.Id, HistoryReader.ReadFrom(session, run.Key, key, targets, PointsMax)));
        }

        var steps = runs.ConvertAll(run => HistoryReader.Steps(session, run.Key, key, range));
        var chosen = Spread([.. steps.SelectMany(own => own).Distinct().Order()], size);
        foreach (var own in steps.Where(own => own.Count > 0))
        {
            chosen.Add(own[0]);
            chosen.Add(own[^1]);
        }

        return runs.ConvertAll(run => (run.Id, HistoryReader.ReadAt(session, run.Key, key, [.. chosen], PointsMax)));
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

    // So many steps, evenly spaced between the least and the greatest of the runs, and the ends of each run.
    private static long[] Between(Session session, List<(string Id, long Key)> runs, string key, int size, (long From, long To) range)
    {
        var ends = new HashSet<long>(runs.SelectMany(run => HistoryReader.Ends(session, run.Key, key, range)));
        var (least, greatest) = ((decimal)ends.Min(), (decimal)ends.Max());   // their distance may be greater than a long
        for (var i = 0; i < size; i++)
            ends.Add((long)(least + ((greatest - least) * i / size)));
        return [.. ends.Order()];
    }
}
