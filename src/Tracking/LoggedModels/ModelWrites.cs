using Assay.Tracking.Experiments;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking.LoggedModels;

/// <summary>A point of a run that is about a model.</summary>
internal readonly record struct PointOfModel(string ModelId, string DatasetName, string DatasetDigest);

/// <summary>Steps of the writer's transaction that write to logged models.</summary>
internal static class ModelWrites
{
    private static readonly Statement AddParam = new("INSERT INTO tracking_model_params (model_key, key, value) VALUES (@p0, @p1, @p2) ON CONFLICT DO NOTHING");
    private static readonly Statement PutTag = new(
        "INSERT INTO tracking_model_tags (model_key, key, value) VALUES (@p0, @p1, @p2) ON CONFLICT (model_key, key) DO UPDATE SET value = excluded.value");

    private static readonly Statement AddMetric = new("""
        INSERT INTO tracking_model_metrics (model_key, key, dataset_name, dataset_digest, step, at, run_id, value) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7)
        ON CONFLICT DO NOTHING
        """);

    public static void Params(Session session, long model, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        foreach (var (key, value) in pairs)
            session.Execute(AddParam, model, key, value);
    }

    public static void Tags(Session session, long model, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        foreach (var (key, value) in pairs)
            session.Execute(PutTag, model, key, value);
    }

    /// <summary>Keeps a point that was measured elsewhere.</summary>
    public static void Point(Session session, long model, ModelPoint point) =>
        session.Execute(AddMetric, model, point.Key, point.DatasetName, point.DatasetDigest, point.Step, point.At, point.RunId, point.Value);

    /// <summary>Keeps a point of a run with the model as well. A model that is not here, or not the caller's to write to, is left alone, and the point stays with the run.</summary>
    public static void Metric(Session session, ExperimentScope scope, RunRef run, in LoggedPoint point, in PointOfModel of)
    {
        if (ModelRow.TryFind(session, scope, of.ModelId) is not { } model || !scope.Has(model.ExperimentId))
            return;
        session.Execute(
            AddMetric, model.Key, point.Key, of.DatasetName, of.DatasetDigest, point.Step, point.At, run.Id,
            double.IsNaN(point.Value) ? null : MetricValues.Stored(point.Value));
    }
}
