using System.Text.Json;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Traces;

/// <summary>Where a trace is, as clients of version 3 say it: in an experiment, and nowhere else.</summary>
internal static class TraceLocations
{
    /// <exception cref="Kernel.Refusals.Refusal">400: it is none, or of another kind.</exception>
    public static string ExperimentOf(JsonElement? location)
    {
        if (location is not { } given)
            throw MlflowError.Missing("trace_location");
        return given.Member("mlflow_experiment")?.TextOf("experiment_id", "experiment_id") is { Length: > 0 } id
            ? id
            : throw MlflowError.Invalid($"Invalid value {JsonFields.Compact(given)} for parameter 'trace_location' supplied: only the location of an MLflow experiment is supported.");
    }
}
