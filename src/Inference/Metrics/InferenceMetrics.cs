using System.Diagnostics.Metrics;
using Assay.Inference.Predictions;

namespace Assay.Inference.Metrics;

/// <summary>
/// What the engine measures, the same in the platform and in the slim server: a host shows it by
/// <c>AddMeter(InferenceMetrics.MeterName)</c>, nothing else; the histogram brings its own buckets.
/// </summary>
/// <remarks>
/// Shown by Prometheus as <c>inference_requests_total{project,endpoint,outcome}</c>, <c>inference_rows_total</c>,
/// <c>inference_latency_seconds</c> (a histogram), <c>inference_questions_total{project,endpoint,question,outcome}</c>,
/// <c>inference_question_time_seconds</c>, <c>inference_models</c>, <c>inference_batching_stopped_total</c> and
/// <c>inference_counting_failures_total</c>. Where the names stand
/// for one version alone, as in the slim server, there is the label <c>version</c> beside them.
/// </remarks>
public static class InferenceMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Assay.Inference";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "inference_requests", description: "Prediction requests by endpoint and outcome: ok, invalid, limited, unavailable, failed or cancelled.");

    private static readonly Counter<long> Rows = Meter.CreateCounter<long>(
        "inference_rows", description: "Rows that were answered with a prediction.");

    private static readonly Counter<long> Cache = Meter.CreateCounter<long>(
        "inference_cache_lookups", description: "Requests whose predictions were looked for in memory, by result: hit or miss.");

    private static readonly Histogram<double> Latency = Meter.CreateHistogram(
        "inference_latency",
        "s",
        "Time of a prediction request, from reading its body to handing over the answer.",
        tags: null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
        });

    private static readonly Counter<long> Questions = Meter.CreateCounter<long>(
        "inference_questions", description: "Requests for explanations and counterfactuals by endpoint, question and outcome.");

    private static readonly Histogram<double> QuestionTime = Meter.CreateHistogram(
        "inference_question_time",
        "s",
        "Time of a request for explanations or counterfactuals, waiting for its turn included.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30] });

    private static readonly Counter<long> CountingFailures = Meter.CreateCounter<long>(
        "inference_counting_failures", description: "Calls, or blocks of rows, that could not be counted for monitoring or told to whoever watches; they were answered all the same.");

    private static readonly Counter<long> Mixed = Meter.CreateCounter<long>(
        "inference_batching_stopped", description: "Models whose requests are no longer computed together, for their rows got other answers than alone.");

    // Observed, for models are loaded before anybody listens to the meter.
    private static readonly ObservableGauge<int> Models = Meter.CreateObservableGauge(
        "inference_models", () => Volatile.Read(ref _models), description: "Models held in memory.");

    private static int _models;

    internal static void ModelLoaded() => Interlocked.Increment(ref _models);

    internal static void ModelUnloaded() => Interlocked.Decrement(ref _models);

    internal static void RowsMixed() => Mixed.Add(1);

    internal static void CountingFailed() => CountingFailures.Add(1);

    internal static void Record(PredictTarget target, PredictOutcome outcome, int rows, double seconds)
    {
        var labels = target.Labels;
        Requests.Add(1, labels.Of(outcome));
        if (rows > 0)
            Rows.Add(rows, labels.Names);
        Latency.Record(seconds, labels.Names);
    }

    internal static void RecordQuestion(PredictTarget target, string question, PredictOutcome outcome, double seconds)
    {
        var asked = target.Labels.With("question", question);
        Questions.Add(1, [.. asked, new("outcome", Name(outcome))]);
        QuestionTime.Record(seconds, asked);
    }

    internal static void Looked(PredictTarget target, bool hit) =>
        Cache.Add(1, target.Labels.With("result", hit ? "hit" : "miss"));

    internal static string Name(PredictOutcome outcome) => outcome switch
    {
        PredictOutcome.Ok => "ok",
        PredictOutcome.Invalid => "invalid",
        PredictOutcome.Unavailable => "unavailable",
        PredictOutcome.Cancelled => "cancelled",
        PredictOutcome.Limited => "limited",
        _ => "failed",
    };
}
