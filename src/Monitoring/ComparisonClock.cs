using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.Extensions.Logging;

namespace Assay.Monitoring;

/// <summary>What a clock looks at: it compares what is due, in a scope of its project.</summary>
internal sealed record LookedAt(string Project, string Name, Func<IServiceProvider, CancellationToken, Task> Look);

/// <summary>
/// Makes comparisons that read files, apart from the clocks that are quick. One's trouble stops none of the others, and it is tried
/// again at the next look.
/// </summary>
internal abstract class ComparisonClock(TimeSpan every, IServiceScopeFactory scopes, TimeProvider clock, ILogger log) : PeriodicWork(every, clock, log)
{
    // Whoever has it look besides waits for a look that is under way, so that nothing is compared twice.
    private readonly KeyedTurns<(string Project, string Name)> _turns = new();

    protected override string Failure => "What is due could not be compared.";

    protected override Task Turn(CancellationToken cancel) => Tick(cancel);

    /// <summary>Looks at everything once.</summary>
    internal async Task Tick(CancellationToken cancel)
    {
        IReadOnlyList<LookedAt> all = [];
        await Try(Failure, async () =>
        {
            await using var outside = scopes.CreateAsyncScope();
            all = await All(outside.ServiceProvider, cancel);
        }, cancel);
        foreach (var each in all)
        {
            await Try($"{each.Name} of project {each.Project} could not be compared.", async () =>
            {
                using var turn = await _turns.Take((each.Project, each.Name), cancel);
                await using var scope = scopes.Enter(each.Project, MonitoringActor.Id);
                await each.Look(scope.ServiceProvider, cancel);
            }, cancel);
        }
    }

    /// <summary>What there is to look at now.</summary>
    protected abstract Task<IReadOnlyList<LookedAt>> All(IServiceProvider services, CancellationToken cancel);
}
