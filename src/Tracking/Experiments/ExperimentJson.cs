using System.Text.Json;
using Assay.Kernel;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Experiments;

/// <summary>Experiments as MLflow's clients read and name them.</summary>
internal static class ExperimentJson
{
    public static void Write(Utf8JsonWriter json, Experiment experiment, IEnumerable<ExperimentTag> tags)
    {
        json.WriteString("experiment_id"u8, experiment.Id);
        json.WriteString("name"u8, experiment.Name);
        json.WriteString("artifact_location"u8, experiment.Location);
        json.WriteString("lifecycle_stage"u8, experiment.Lifecycle == Lifecycle.Active ? "active"u8 : "deleted"u8);
        json.WriteNumber("last_update_time"u8, experiment.UpdatedAt.ToUnixTimeMilliseconds());
        json.WriteNumber("creation_time"u8, experiment.CreatedAt.ToUnixTimeMilliseconds());
        json.WritePairs("tags"u8, tags.Select(tag => new KeyValuePair<string, string>(tag.Key, tag.Value)));
    }

    /// <summary>A list of objects with a key and a value, left out when it is empty.</summary>
    public static void WritePairs(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var open = false;
        foreach (var (key, value) in pairs)
        {
            if (!open)
                json.WriteStartArray(name);
            open = true;
            json.WriteStartObject();
            json.WriteString("key"u8, key);
            json.WriteString("value"u8, value);
            json.WriteEndObject();
        }

        if (open)
            json.WriteEndArray();
    }

    public static async Task Answer(MlflowCall call, Experiment experiment)
    {
        var tags = await call.Get<AssayDb>().ExperimentTags.AsNoTracking().Where(tag => tag.ExperimentKey == experiment.Key).ToListAsync(call.Cancel);
        await call.Answer(json =>
        {
            json.WriteStartObject("experiment"u8);
            Write(json, experiment, tags);
            json.WriteEndObject();
        });
    }

    /// <summary>The experiment that the request names.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">404: there is none, or it is in the other state.</exception>
    public static async Task<Experiment> Find(MlflowCall call, Lifecycle? only = null)
    {
        var id = call.Fields.RequiredText("experiment_id");
        call.Scope.Demand(id);
        var experiment = await call.Get<AssayDb>().Experiments.SingleOrDefaultAsync(row => row.Id == id, call.Cancel);
        return experiment is not null && (only is null || experiment.Lifecycle == only)
            ? experiment
            : throw MlflowError.NotFound($"No Experiment with id={id} exists");
    }

    /// <summary>The same, which may be written to.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400: it is deleted.</exception>
    public static async Task<Experiment> FindActive(MlflowCall call)
    {
        var experiment = await Find(call);
        return experiment.Lifecycle == Lifecycle.Active
            ? experiment
            : throw MlflowError.Invalid($"The experiment {experiment.Id} must be in the 'active' state. Current state is deleted.");
    }
}
