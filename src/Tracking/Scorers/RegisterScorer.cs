using System.Text.Json;
using Assay.Kernel.Permissions;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;
using Assay.Tracking.Traces;

namespace Assay.Tracking.Scorers;

/// <summary>Keeps a scorer: the first version of its name, or the next.</summary>
internal static class RegisterScorer
{
    private const int ContentLengthMax = 1_000_000;

    public static void Map(IEndpointRouteBuilder group) => group.MapFields("POST", "/scorers/register", Handle).RequiresSomewhere(TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var experiment = call.Fields.RequiredText("experiment_id");
        var name = call.Fields.RequiredText("name");
        if (string.IsNullOrWhiteSpace(name))
            throw MlflowError.Invalid("Scorer name cannot be empty or only whitespace.");
        Names.DemandLength(name, Scorer.NameLengthMax, "Scorer name", "name");
        var content = call.Fields.RequiredText("serialized_scorer");
        Check(content);
        ScorerAccess.Demand(call, experiment, name);
        var (judged, now) = (call.Scope with { Reach = new(true, []) }, call.Now.ToUnixTimeMilliseconds());
        call.Get<Sessions>().Read(session => TraceWrites.FindIn(session, judged, experiment));
        var made = await call.Get<ScorerBook>().Add(experiment, name, content, now, call.Cancel);
        await call.Answer(json =>
        {
            json.WriteNumber("version"u8, made.Version);
            json.WriteString("scorer_id"u8, made.ScorerId);
            json.WriteString("experiment_id"u8, experiment);
            json.WriteString("name"u8, name);
            json.WriteString("serialized_scorer"u8, content);
            json.WriteNumber("creation_time"u8, made.CreatedAt);
        });
    }

    private static void Check(string content)
    {
        if (content.Length > ContentLengthMax)
            throw MlflowError.Invalid($"'serialized_scorer' has {content.Length} characters; at most {ContentLengthMax} are kept.");
        try
        {
            using var json = JsonDocument.Parse(content);
            if (json.RootElement.Member("instructions_judge_pydantic_data")?.Member("model") is { ValueKind: JsonValueKind.String } model && string.IsNullOrWhiteSpace(model.GetString()))
                throw MlflowError.Invalid("Scorer model cannot be empty or only whitespace.");
        }
        catch (JsonException)
        {
            // A scorer of another form than MLflow's, which its client reads itself.
        }
    }
}
