using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking.Inputs;

/// <summary>Steps of the writer's transaction that tie datasets and models to runs.</summary>
internal static class InputWrites
{
    private static readonly Statement AddDataset = new("""
        INSERT INTO tracking_datasets (experiment_key, name, digest, source_type, source, schema, profile) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6)
        ON CONFLICT (experiment_key, name, digest) DO NOTHING
        """);

    private static readonly Statement FindDataset = new("SELECT key FROM tracking_datasets WHERE experiment_key = @p0 AND name = @p1 AND digest = @p2");
    private static readonly Statement AddInput = new("INSERT INTO tracking_inputs (run_key, dataset_key) VALUES (@p0, @p1) ON CONFLICT DO NOTHING");
    private static readonly Statement AddTag = new("INSERT INTO tracking_input_tags (run_key, dataset_key, key, value) VALUES (@p0, @p1, @p2, @p3) ON CONFLICT DO NOTHING");
    private static readonly Statement AddModel = new(
        "INSERT INTO tracking_run_models (run_key, is_output, model_id, step) VALUES (@p0, @p1, @p2, @p3) ON CONFLICT DO NOTHING");

    private static readonly Statement Mark = new("UPDATE tracking_runs SET has_inputs = TRUE WHERE key = @p0");

    /// <summary>Adds a dataset to a run's inputs. One that is there already stays as it is, with its tags.</summary>
    public static void Dataset(Session session, RunRef run, DatasetInput input)
    {
        session.Execute(AddDataset, run.ExperimentKey, input.Name, input.Digest, input.SourceType, input.Source, input.Schema, input.Profile);
        var dataset = (long)session.With(FindDataset, run.ExperimentKey, input.Name, input.Digest).ExecuteScalar()!;
        if (session.Execute(AddInput, run.Key, dataset) == 0)
            return;
        foreach (var (key, value) in input.Tags)
            session.Execute(AddTag, run.Key, dataset, key, value);
        session.Execute(Mark, run.Key);
    }

    /// <summary>Adds a model to what a run has read or made.</summary>
    public static void Model(Session session, RunRef run, bool isOutput, string model, long step)
    {
        session.Execute(AddModel, run.Key, isOutput, model, step);
        session.Execute(Mark, run.Key);
    }
}
