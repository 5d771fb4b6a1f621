using Assay.Governance;
using Assay.Kernel;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Experiments;

/// <summary>Makes an experiment with a name that the project does not have, not even among the deleted.</summary>
internal static class CreateExperiment
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperation("POST", "/experiments/create", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var name = call.Fields.RequiredText("name");
        var location = call.Fields.Text("artifact_location");
        var tags = call.Fields.Pairs("tags");
        if (name.Length > Experiment.NameLengthMax)
            throw MlflowError.Invalid($"'name' exceeds the maximum length of {Experiment.NameLengthMax} characters. Experiment name exceeds the maximum length of {Experiment.NameLengthMax} characters");
        CheckLocation(location);
        if (RunFiles.IsHere(location))
            ArtifactOwner.Demand(call, RunFiles.RootOf(location!));   // nobody makes a place of files theirs by naming it

        var db = call.Get<AssayDb>();
        if (await db.Experiments.AnyAsync(row => row.Name == name, call.Cancel))
            throw Taken(name);
        var experiment = call.Get<ExperimentBook>().Add(name, string.IsNullOrEmpty(location) ? null : location.TrimEnd('/'));
        foreach (var (key, value) in tags.GroupBy(tag => tag.Key).Select(same => same.Last()))
        {
            Names.Demand(key, "tag", "key");
            Names.DemandLength(value, ExperimentTag.ValueLengthMax, "Tag value", "value");
            db.ExperimentTags.Add(new() { ExperimentKey = experiment.Key, Key = key, Value = value });
        }

        try
        {
            await call.Get<IMakers>().Save(TrackingPermissions.Kind, experiment.Id, call.Cancel);
        }
        catch (DbUpdateException) when (db.Experiments.AsNoTracking().Any(row => row.Name == name))   // somebody else was first
        {
            throw Taken(name);
        }

        await call.Answer(json => json.WriteString("experiment_id", experiment.Id));
    }

    public static Kernel.Refusals.Refusal Taken(string name) => MlflowError.Exists($"Experiment(name={name}) already exists.");

    private static void CheckLocation(string? location)
    {
        if (string.IsNullOrEmpty(location))
            return;
        if (location.StartsWith("runs:", StringComparison.Ordinal))
            throw MlflowError.Invalid($"Artifact location cannot be a runs:/ URI. Given: '{location}'");
        if (location.Contains('#', StringComparison.Ordinal) || location.Contains(';', StringComparison.Ordinal))
            throw MlflowError.Invalid("'artifact_location' URL can't include fragments or params.");
        if (location.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query && Uri.UnescapeDataString(location[query..]).Contains("..", StringComparison.Ordinal))
            throw MlflowError.Invalid("Invalid query string: it must not hold '..'.");
        if (location.Length > Experiment.ArtifactLocationLengthMax)
            throw MlflowError.Invalid($"'artifact_location' exceeds the maximum length of {Experiment.ArtifactLocationLengthMax} characters");
    }
}
