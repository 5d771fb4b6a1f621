using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Scorers;

/// <summary>Lists the scorers of an experiment and their versions, shows one, deletes one or all of its versions.</summary>
internal static class ScorerOperations
{
    public static void Map(IEndpointRouteBuilder group)
    {
        RegisterScorer.Map(group);
        group.MapFields("GET", "/scorers/list", List).RequiresSomewhere(TrackingPermissions.Read);
        group.MapFields("GET", "/scorers/versions", Versions).RequiresSomewhere(TrackingPermissions.Read);
        group.MapFields("GET", "/scorers/get", Show).RequiresSomewhere(TrackingPermissions.Read);
        group.MapFields("DELETE", "/scorers/delete", Delete).RequiresSomewhere(TrackingPermissions.Write);
    }

    private static Task List(MlflowCall call)
    {
        var (scope, experiment) = (call.Scope, call.Fields.RequiredText("experiment_id"));
        var found = call.Get<Sessions>().Read(session => ScorerRow.Newest(session, scope.Project, experiment)).FindAll(scorer => ScorerAccess.May(call, scorer));
        if (found.Count == 0)
            scope.Demand(experiment);
        return Answer(call, found);
    }

    private static Task Versions(MlflowCall call) => Answer(call, Find(call, null));

    private static Task Show(MlflowCall call)
    {
        var found = Find(call, call.Fields.Integer("version"))[^1];
        return call.Answer(json =>
        {
            json.WriteStartObject("scorer"u8);
            found.Write(json);
            json.WriteEndObject();
        });
    }

    private static async Task Delete(MlflowCall call)
    {
        await call.Get<ScorerBook>().Remove(Find(call, call.Fields.Integer("version")), call.Cancel);
        await call.Answer();
    }

    /// <summary>The versions of the scorer that the request names, or the one of that number.</summary>
    /// <exception cref="Refusal">404, or 403 where the caller may not.</exception>
    private static List<ScorerRow> Find(MlflowCall call, long? version)
    {
        var (experiment, name) = (call.Fields.RequiredText("experiment_id"), call.Fields.RequiredText("name"));
        ScorerAccess.Demand(call, experiment, name);
        var found = call.Get<Sessions>().Read(session => ScorerRow.Versions(session, call.Project, experiment, name));
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
