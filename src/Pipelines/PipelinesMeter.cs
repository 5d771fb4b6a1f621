using System.Diagnostics.Metrics;
using Assay.Pipelines.Trainings;

namespace Assay.Pipelines;

/// <summary>What can be watched about trainings, as meter <c>Assay.Pipelines</c>.</summary>
internal sealed class PipelinesMeter
{
    private readonly Counter<long> _trainings;
    private readonly Histogram<double> _duration;

    public PipelinesMeter(IMeterFactory meters)
    {
        var meter = meters.Create("Assay.Pipelines");
        _trainings = meter.CreateCounter<long>("pipelines_trainings", description: "Trainings that are over, by outcome.");
        _duration = meter.CreateHistogram<double>(
            "pipelines_training_duration", unit: "s", description: "From asking for a training to its end.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [5, 10, 30, 60, 120, 300, 900, 1800, 3600] });
    }

    public void Ended(Training training)
    {
        var outcome = new KeyValuePair<string, object?>("outcome", training.Status == TrainingStatus.Succeeded ? "succeeded" : "failed");
        _trainings.Add(1, outcome);
        _duration.Record((training.EndedAt!.Value - training.CreatedAt).TotalSeconds, outcome);
    }
}
