using Assay.Pipelines.Trainings;
using Quartz;

namespace Assay.Pipelines.Clocks;

/// <summary>
/// Quartz's side of a training: the job's name is the training's id, and nothing else is known here. The training's state
/// lives in its own row, so that a job that fires twice, or for a training that is over, does nothing.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class TrainingJob(TrainingWorker worker) : IJob
{
    public const string Group = "trainings";
    public const string Project = "project";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await worker.Work(context.JobDetail.JobDataMap.GetString(Project)!, context.JobDetail.Key.Name, cancellationToken);
}
