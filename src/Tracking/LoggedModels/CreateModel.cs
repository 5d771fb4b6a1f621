using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking.LoggedModels;

/// <summary>Begins a logged model, whose files come after.</summary>
internal static class CreateModel
{
    private static readonly Statement FindExperiment = new(
        "SELECT e.key, e.artifact_location, e.lifecycle FROM tracking_experiments e WHERE e.project = @p0 AND e.id = @p1");

    private static readonly Statement Insert = new("""
        INSERT INTO tracking_models (project, id, experiment_key, experiment_id, name, model_type, source_run_id, status, created_at, updated_at, artifact_uri, lifecycle)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, 'Pending', @p7, @p7, @p8, 'Active') RETURNING key
        """);

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/logged-models", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var (project, now) = (call.Project, call.Now.ToUnixTimeMilliseconds());
        var experiment = fields.RequiredText("experiment_id");
        call.Scope.Demand(experiment);
        var name = fields.Text("name") ?? RunName.New();
        if (!IsName(name))
            throw MlflowError.Invalid($"Invalid model name ({name}) provided. Model name must be a non-empty string and cannot contain the following characters: ['/', ':', '.', '%', '\"', \"'\"]");
        var type = Names.DemandLength(fields.Text("model_type") ?? "", LoggedModel.NameLengthMax, "Model type", "model_type");
        var run = Names.DemandLength(fields.Text("source_run_id") ?? "", 32, "Run id", "source_run_id");
        var (@params, tags) = (Checked(fields, "params", "parameter"), Checked(fields, "tags", "tag"));
        var model = await call.Get<GroupWriter>().Write(session =>
        {
            var (key, location) = Find(session, project, experiment);
            var id = $"m-{Guid.NewGuid():N}";
            var made = new ModelRow(0, id, experiment, name, nameof(LoggedModelStatus.Pending))
            {
                ModelType = type,
                SourceRunId = run,
                CreatedAt = now,
                UpdatedAt = now,
                ArtifactUri = RunFiles.Below(location, $"models/{id}/artifacts"),
            };
            var row = (long)session.With(Insert, project, id, key, experiment, name, type, run, now, made.ArtifactUri).ExecuteScalar()!;
            ModelWrites.Params(session, row, @params);
            ModelWrites.Tags(session, row, tags);
            return made with { Key = row };
        });
        await call.Get<Sessions>().Read(session => model.Complete(session)).Answer(call);
    }

    public static bool IsName(string name) =>
        name.Length is > 0 and <= LoggedModel.NameLengthMax && name.IndexOfAny(['/', ':', '.', '%', '"', '\'']) < 0;

    /// <summary>Keys and values that can be kept.</summary>
    public static List<KeyValuePair<string, string>> Checked(MlflowFields fields, string list, string kind) =>
        [.. fields.Pairs(list).Select(pair => new KeyValuePair<string, string>(Names.Demand(pair.Key, kind, "key"), Names.Cut(pair.Value, RunTag.ValueLengthMax)))];

    private static (long Key, string Location) Find(Session session, string project, string id)
    {
        using var reader = session.With(FindExperiment, project, id).ExecuteReader();
        if (!reader.Read())
            throw MlflowError.NotFound($"No Experiment with id={id} exists");
        return reader.GetString(2) == nameof(Lifecycle.Active)
            ? (reader.GetInt64(0), reader.IsDBNull(1) ? $"mlflow-artifacts:/{id}" : reader.GetString(1))
            : throw MlflowError.Invalid($"The experiment {id} must be in the 'active' state. Current state is deleted.");
    }
}
