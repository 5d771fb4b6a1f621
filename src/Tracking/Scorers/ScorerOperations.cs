using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Scorers;

/// <summary>Lists the scorers of an experiment and their versions, shows one, deletes one or all of its versions.</summary>
internal static class ScorerOperations
{
    public static void Map(IEndpointRouteBuilder group)
    {
        RegisterScorer.Map(group);
        group.MapOperationOnAny("GET", "/scorers/list", List, TrackingPermissions.Read);
        group.MapOperationOnAny("GET", "/scorers/versions", Versions, TrackingPermissions.Read);
        group.MapOperationOnAny("GET", "/scorers/get", Show, TrackingPermissions.Read);
        group.MapOperationOnAny("DELETE", "/scorers/delete", Delete, TrackingPermissions.Write);
    }

    private static Task List(MlflowCall call)
    {
        var (scope, experiment) = (call.Scope, call.Fields.RequiredText("experiment_id"));
        scope.Demand(experiment);
        return Answer(call, call.Get<Sessions>().Read(session => ScorerRow.Newest(session, scope.Project, experiment)));
    }

    private static Task Versions(MlflowCall call)
    {
        var scope = call.Scope;
        return Answer(call, call.Get<Sessions>().Read(session => Find(session, scope, call.Fields, null)));
    }

    private static Task Show(MlflowCall call)
    {
        var (scope, version) = (call.Scope, call.Fields.Integer("version"));
        var found = call.Get<Sessions>().Read(session => Find(session, scope, call.Fields, version))[^1];
        return call.Answer(json =>
        {
            json.WriteStartObject("scorer"u8);
            found.Write(json);
            json.WriteEndObject();
        });
    }

    private static async Task Delete(MlflowCall call)
    {
        var (scope, version) = (call.Scope, call.Fields.Integer("version"));
        await call.Get<ScorerBook>().Remove(call.Get<Sessions>().Read(session => Find(session, scope, call.Fields, version)), call.Cancel);
        await call.Answer();
    }

    /// <summary>The versions of the scorer that the request names, or the one of that number.</summary>
    /// <exception cref="Refusal">404, or 403 where the caller may not.</exception>
    private static List<ScorerRow> Find(Session session, ExperimentScope scope, MlflowFields fields, long? version)
    {
        var (experiment, name) = (fields.RequiredText("experiment_id"), fields.RequiredText("name"));
        scope.Demand(experiment);
        var found = ScorerRow.Versions(session, scope.Project, experiment, name);
        if (found.Count == 0)
            throw MlflowError.NotFound($"Scorer with name '{name}' not found for experiment {experiment}.");
        if (version is null)
            return found;
        return found.Find(scorer => scorer.Version == version) is { } one
            ? [one]
            : throw MlflowError.NotFound($"Scorer with name '{name}' and version {version} not found for experiment {experiment}.");
    }

    private static Task Answer(MlflowCall call, List<ScorerRow> scorers) => call.Answer(json =>
    {
        if (scorers.Count == 0)
            return;
        json.WriteStartArray("scorers"u8);
        foreach (var scorer in scorers)
        {
            json.WriteStartObject();
            scorer.Write(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
