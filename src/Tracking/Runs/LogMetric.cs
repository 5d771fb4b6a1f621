using Assay.Tracking.LoggedModels;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Adds one point to a metric of an active run.</summary>
internal static class LogMetric
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/runs/log-metric", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var (id, scope) = (fields.RunId(), call.Scope);
        var key = fields.RequiredText("key");
        var value = fields.Number("value") ?? throw MlflowError.Missing("value");
        var at = fields.RequiredInteger("timestamp");
        var point = Check(new(key, value, at, fields.Integer("step") ?? 0), "name");
        var of = fields.Text("model_id") is { Length: > 0 } model
            ? new PointOfModel(model, fields.Text("dataset_name") ?? "", fields.Text("dataset_digest") ?? "")
            : (PointOfModel?)null;
        await call.Get<GroupWriter>().Write(session =>
        {
            var run = RunWrites.FindToChange(session, scope, id);
            MetricWrites.Add(session, run, point);
            if (of is { } about)
                ModelWrites.Metric(session, scope, run, point, about);
            return run;
        });
        await call.Answer();
    }

    /// <summary>Whether it can be kept.</summary>
    public static bool IsSound(in LoggedPoint point) => point.At >= 0 && Names.IsSound(point.Key);

    /// <summary>Refuses a point that can't be kept.</summary>
    /// <param name="point">What a client sent.</param>
    /// <param name="path">Where in the request its name stands.</param>
    public static LoggedPoint Check(in LoggedPoint point, string path)
    {
        Names.Demand(point.Key, "metric", path);
        return point.At >= 0
            ? point
            : throw MlflowError.Invalid(
                $"Invalid value {point.At} for parameter 'timestamp' supplied: Got invalid timestamp {point.At} for metric '{point.Key}'. Timestamp must be a nonnegative long (64-bit integer)");
    }
}
