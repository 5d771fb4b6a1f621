using Assay.Kernel.Databases;
using Assay.Kernel.Homes;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Learning;
using Assay.Pipelines.Steps;
using Assay.Registry;
using Microsoft.Extensions.Logging;

namespace Assay.Pipelines.Trainings;

/// <summary>
/// Carries a training from its request to its end. Each stage is a transaction of its own in a scope of its own, and
/// begins by looking at what is there, so that the work can be taken up again after a crash at any instruction:
/// before the registration everything starts over from an empty folder; after it only the gate is left.
/// </summary>
internal sealed class TrainingWorker(
    IServiceScopeFactory scopes, AssayHome home, RunningTrainings running, TrainingProgress progress, TimeProvider clock, ILogger<TrainingWorker> log)
{
    private const int RegistrationsMax = 5;
    private static readonly TimeSpan AwayPause = TimeSpan.FromSeconds(5);

    /// <summary>Works on a training until it is over, or until the server stops; then it throws, and is called again.</summary>
    public async Task Work(string project, string training, CancellationToken shutdown)
    {
        using var entry = running.Enter(training, shutdown);
        try
        {
            if (await InProject<TrainingAttempts, int?>(project, attempts => attempts.Begin(training, entry.Stopped)) is not { } attempt)
                return;
            await Attempt(project, training, attempt, entry.Stopped, shutdown);
        }
        finally
        {
            progress.Forget(training);
        }
    }

    private async Task Attempt(string project, string training, int attempt, CancellationToken stopped, CancellationToken shutdown)
    {
        var handedBack = false;
        try
        {
            using (var folder = new TrainingFolder(home, clock.GetUtcNow()))
            {
                var outcome = await InProject<TrainingStages, TrainingOutcome?>(project, stages => stages.Fit(training, folder, stopped));
                if (outcome is not null)
                    await Register(project, training, folder, outcome, stopped);
            }

            await InProject<TrainingStages>(project, stages => stages.Judge(training, stopped));
        }
        catch (OperationCanceledException) when (shutdown.IsCancellationRequested)
        {
            handedBack = true;
            throw;
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // Cancelled by a person, who has written the end already.
        }
        catch (Exception problem) when (StorageTrouble.IsAway(problem))
        {
            // No fault of the training's: the sweep, which comes once a minute, finds it open and has it taken up again.
            log.LogWarning(problem, "Training {Training} was handed back, for the database does not answer.", training);
            handedBack = true;
        }
        catch (Exception problem)
        {
            await Fail(project, training, problem, shutdown);
        }
        finally
        {
            await End(project, training, attempt, handedBack, shutdown);
        }
    }

    // The server may be stopping: this is the last thing it does for the training, and it is short.
    private Task End(string project, string training, int attempt, bool handedBack, CancellationToken shutdown) => Insist(
        () => InProject<TrainingAttempts>(project, attempts => attempts.End(training, attempt, handedBack, CancellationToken.None)), shutdown);

    // Of a database that is away the end of a training waits: one that is not written counts as one that killed the server.
    private async Task Insist(Func<Task> write, CancellationToken shutdown)
    {
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (Exception problem) when (StorageTrouble.IsAway(problem) && !shutdown.IsCancellationRequested)
            {
                await Task.Delay(AwayPause, clock, shutdown);
            }
        }
    }

    private async Task Register(
        string project, string training, TrainingFolder folder, TrainingOutcome outcome, CancellationToken stopped)
    {
        for (var left = RegistrationsMax - 1; ; left--)
        {
            try
            {
                await InProject<TrainingStages>(project, stages => stages.Register(training, folder, outcome, stopped));
                return;
            }
            catch (Refusal refusal) when (refusal.Status == StatusCodes.Status409Conflict && left > 0)
            {
                // Somebody else registered a version of the model at the same moment; the next number is as good.
            }
        }
    }

    private async Task Fail(string project, string training, Exception problem, CancellationToken shutdown)
    {
        var sentence = problem switch
        {
            StepFailedException or TrainingRefusedException or Refusal or TamperedPackageException or IOException or UnauthorizedAccessException => problem.Message,
            _ => $"The training stopped because of an error inside Assay ({problem.GetType().Name}); the server's log has the details.",
        };
        if (problem is not (StepFailedException or TrainingRefusedException or Refusal))
            log.LogError(problem, "Training {Training} failed.", training);

        await Insist(() => InProject<TrainingStages>(project, stages => stages.Fail(training, sentence, CancellationToken.None)), shutdown);
    }

    private async Task InProject<TService>(string project, Func<TService, Task> work)
        where TService : notnull =>
        await InProject<TService, bool>(project, async service =>
        {
            await work(service);
            return true;
        });

    private async Task<TResult> InProject<TService, TResult>(string project, Func<TService, Task<TResult>> work)
        where TService : notnull
    {
        await using var scope = scopes.Enter(project, "system:training");
        return await work(scope.ServiceProvider.GetRequiredService<TService>());
    }
}
