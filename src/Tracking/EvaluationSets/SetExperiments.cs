using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.EvaluationSets;

/// <summary>The experiments in which an evaluation set is used.</summary>
internal static class SetExperiments
{
    private static readonly Statement Link = new("INSERT INTO tracking_evaluation_experiments (set_key, experiment_id) VALUES (@p0, @p1) ON CONFLICT DO NOTHING");
    private static readonly Statement Unlink = new("DELETE FROM tracking_evaluation_experiments WHERE set_key = @p0 AND experiment_id = @p1");
    private static readonly Statement Touch = new("UPDATE tracking_evaluation_sets SET updated_at = @p1 WHERE key = @p0");

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapOperationOnAny("GET", "/datasets/{dataset_id}/experiment-ids", List, TrackingPermissions.Read);
        group.MapOperationOnAny("POST", "/datasets/{dataset_id}/add-experiments", call => Change(call, isAdded: true), TrackingPermissions.Write);
        group.MapOperationOnAny("POST", "/datasets/{dataset_id}/remove-experiments", call => Change(call, isAdded: false), TrackingPermissions.Write);
    }

    /// <exception cref="Kernel.Refusals.Refusal">404: the project has no such experiment.</exception>
    public static void DemandThere(Session session, string project, IEnumerable<string> experiments)
    {
        foreach (var id in experiments)
        {
            if (ExperimentScope.KeyOf(session, project, id) is null)
                throw MlflowError.NotFound($"No Experiment with id={id} exists");
        }
    }

    public static void Add(Session session, long set, string experiment) => session.Execute(Link, set, experiment);

    private static Task List(MlflowCall call)
    {
        var (scope, id) = (call.Scope, call.Route("dataset_id"));
        var found = call.Get<Sessions>().Read(session => SetRow.TryFind(session, scope, id))?.Experiments ?? [];
        return call.Answer(json =>
        {
            if (found.Count == 0)
                return;
            json.WriteStartArray("experiment_ids"u8);
            foreach (var experiment in found)
                json.WriteStringValue(experiment);
            json.WriteEndArray();
        });
    }

    private static async Task Change(MlflowCall call, bool isAdded)
    {
        var (scope, id, now) = (call.Scope, call.Route("dataset_id"), call.Now.ToUnixTimeMilliseconds());
        var experiments = call.Fields.Texts("experiment_ids");
        foreach (var experiment in experiments)
            scope.Demand(experiment);
        var after = await call.WriteRecorded((session, happened) =>
        {
            var set = SetRow.TryFind(session, scope, id) ?? throw MlflowError.NotFound($"Dataset '{id}' not found");
            var left = isAdded ? set.Experiments.Concat(experiments) : set.Experiments.Except(experiments);
            if (!left.Any() && !scope.Reach.IsAll)
                scope.Demand("");   // it would be the whole project's
            if (isAdded)
                DemandThere(session, scope.Project, experiments);
            foreach (var experiment in experiments)
                session.Execute(isAdded ? Link : Unlink, set.Key, experiment);
            session.Execute(Touch, set.Key, now);
            var after = SetRow.Find(session, scope, id);
            if (!after.Experiments.SequenceEqual(set.Experiments))
                happened(new EvaluationSetMoved(id, SetEvents.Told(after.Experiments.Except(set.Experiments)), SetEvents.Told(set.Experiments.Except(after.Experiments))));
            return after;
        });
        await after.Answer(call, withExperiments: true);
    }
}
