using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Notes a model among those of the run, as clients before 3.0 do: a tag keeps the list of them.</summary>
internal static class LogModel
{
    private const string History = "mlflow.log-model.history";

    private static readonly Statement FindTag = new("SELECT value FROM tracking_tags WHERE run_key = @p0 AND key = @p1");

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/runs/log-model", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var (id, scope) = (call.Fields.RunId(), call.Scope);
        var model = Parse(call.Fields.RequiredText("model_json"));
        await call.Get<GroupWriter>().Write(session =>
        {
            var run = RunWrites.FindActive(session, scope, id);
            var known = (string?)session.With(FindTag, run.Key, History).ExecuteScalar();
            var models = known is null ? [] : JsonNode.Parse(known) as JsonArray ?? [];
            models.Add(model.DeepClone());
            RunWrites.Tag(session, run.Key, History, models.ToJsonString());   // longer than other tags, for clients read it back whole
            return run;
        });
        await call.Answer();
    }

    private static JsonObject Parse(string text)
    {
        try
        {
            if (JsonNode.Parse(text) is not JsonObject model)
                throw MlflowError.Invalid($"Malformed model info. \n {text} \n is not a JSON object.");
            var missing = ((string[])["artifact_path", "flavors", "utc_time_created", "run_id"]).Where(key => !model.ContainsKey(key)).ToList();
            return missing.Count == 0
                ? model
                : throw MlflowError.Invalid($"Model json is missing mandatory fields: {{{string.Join(", ", missing.Select(key => $"'{key}'"))}}}");
        }
        catch (Exception problem) when (problem is JsonException or ArgumentException)   // no JSON, or a field twice
        {
            throw MlflowError.Invalid("Malformed model info. 'model_json' is not valid JSON.");
        }
    }
}
