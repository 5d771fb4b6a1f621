using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Begins a run in an active experiment.</summary>
internal static class CreateRun
{
    private const int UserLengthMax = 256;

    private static readonly Statement FindExperiment = new(
        "SELECT e.key, e.lifecycle, e.artifact_location FROM tracking_experiments e WHERE e.project = @p0 AND e.id = @p1");

    private static readonly Statement Insert = new("""
        INSERT INTO tracking_runs (project, id, experiment_key, experiment_id, name, user_id, status, started_at, lifecycle, artifact_uri, has_inputs)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, 'Running', @p6, 'Active', @p7, FALSE) RETURNING key
        """);

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/runs/create", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var experiment = fields.Text("experiment_id") is { Length: > 0 } id ? id : Experiment.DefaultId;
        var user = fields.Text("user_id") is { Length: > 0 } said ? Names.Cut(said, UserLengthMax) : call.Caller;
        var started = RunTimes.Read(fields, "start_time") ?? call.Now.ToUnixTimeMilliseconds();
        var tags = ReadTags(fields, out var name);
        var (scope, runId) = (call.Scope, Guid.NewGuid().ToString("N"));
        scope.Demand(experiment);
        var run = await call.Get<GroupWriter>().Write(session => Begin(session, scope.Project, new(0, runId, experiment, name, user)
        {
            Status = nameof(RunStatus.Running),
            StartedAt = started,
            EndedAt = null,
            ArtifactUri = "",
            IsDeleted = false,
            HasInputs = false,
        }, tags));
        await call.Answer(json =>
        {
            json.WriteStartObject("run"u8);
            RunJson.Write(json, run);
            json.WriteEndObject();
        });
    }

    // The name stands twice, in the run and in a tag; a client may give either.
    private static List<KeyValuePair<string, string>> ReadTags(MlflowFields fields, out string name)
    {
        var tags = new List<KeyValuePair<string, string>>();
        foreach (var (key, value) in fields.Pairs("tags"))
        {
            Names.Demand(key, "tag", "key");
            tags.RemoveAll(tag => tag.Key == key);
            tags.Add(new(key, Names.Cut(value, RunTag.ValueLengthMax)));
        }

        var named = tags.Find(tag => tag.Key == RunTag.RunName).Value;
        var asked = fields.Text("run_name");
        if (asked is { Length: > 0 } && named is { Length: > 0 } && asked != named)
        {
            throw MlflowError.Invalid(
                $"Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='{asked}', mlflow.runName='{named}').");
        }

        name = Names.Cut(asked is { Length: > 0 } ? asked : named is { Length: > 0 } ? named : RunName.New(), Run.NameLengthMax);
        if (string.IsNullOrEmpty(named))
        {
            tags.RemoveAll(tag => tag.Key == RunTag.RunName);
            tags.Add(new(RunTag.RunName, name));
        }

        return tags;
    }

    private static RunRow Begin(Session session, string project, RunRow run, List<KeyValuePair<string, string>> tags)
    {
        var (experiment, location) = FindIn(session, project, run.ExperimentId);
        var uri = RunFiles.Below(location, $"{run.Id}/artifacts");
        var key = Add(session, project, experiment, run, uri);
        RunWrites.FirstTags(session, key, tags);
        var made = run with { Key = key, ArtifactUri = uri };
        made.Tags.Clear();
        made.Tags.AddRange(tags);
        return made;
    }

    private static long Add(Session session, string project, long experiment, RunRow run, string uri)
    {
        using var row = session.Read(Insert, project, run.Id, experiment, run.ExperimentId, run.Name, run.UserId, run.StartedAt, uri);
        row.Next();
        return row.Integer(0);
    }

    private static (long Key, string Location) FindIn(Session session, string project, string id)
    {
        using var row = session.Read(FindExperiment, project, id);
        if (!row.Next())
            throw MlflowError.NotFound($"No Experiment with id={id} exists");
        if (row.Text(1) != nameof(Lifecycle.Active))
            throw MlflowError.Invalid($"The experiment {id} must be in the 'active' state. Current state is deleted.");
        return (row.Integer(0), row.TextOrNull(2) ?? $"mlflow-artifacts:/{id}");
    }
}
