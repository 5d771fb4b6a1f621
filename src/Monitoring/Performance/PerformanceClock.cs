using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Monitoring.Concept;
using Assay.Monitoring.Reviews;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Assay.Monitoring.Performance;

/// <summary>
/// Every few seconds, for each endpoint: counts what came to the prediction log and joins what was posted about predictions.
/// Apart from the clock of drift, since reading files may take a while.
/// </summary>
internal sealed class PerformanceClock(
    IEndpoints endpoints,
    IServiceScopeFactory scopes,
    ForgottenEndpoints forgotten,
    IOptions<MonitoringOptions> options,
    TimeProvider clock,
    ILogger<PerformanceClock> log) : PeriodicWork(TimeSpan.FromSeconds(options.Value.JoinSeconds), clock, log)
{
    private static readonly TimeSpan Lately = TimeSpan.FromDays(2);
    private static readonly TimeSpan Seldom = TimeSpan.FromHours(1);
    private readonly Dictionary<(string Project, string Endpoint), DateTimeOffset> _whole = [];
    private readonly Dictionary<(string Project, string Endpoint), (int Version, int Revision)> _judged = [];
    private DateTimeOffset _aged;

    protected override string Failure => "Predictions could not be counted.";

    protected override Task Turn(CancellationToken cancel) => Tick(cancel);

    /// <summary>Looks at every endpoint once.</summary>
    internal async Task Tick(CancellationToken cancel)
    {
        var all = endpoints.List();
        foreach (var served in all)
            await Try($"Predictions of endpoint {served.Name} of project {served.Project} could not be counted.", () => Run(served, cancel), cancel);
        if (Clock.GetUtcNow() - _aged < Seldom)
            return;
        _aged = Clock.GetUtcNow();
        await Try("What is left of endpoints that are no more could not be looked at.", () => forgotten.Run(all, cancel), cancel);
    }

    private async Task Run(ServedEndpoint served, CancellationToken cancel)
    {
        // The whole log seldom: a crash may have left calls of long ago, of which a file is made only now.
        var now = Clock.GetUtcNow();
        var key = (served.Project, served.Name);
        var isWhole = now - _whole.GetValueOrDefault(key) >= Seldom;

        await using var scope = scopes.Enter(served.Project, MonitoringActor.Id);
        var since = isWhole ? DateTimeOffset.UnixEpoch : now - Lately;
        await scope.ServiceProvider.GetRequiredService<PartCounter>().Run(served.Name, since, cancel);
        var joiner = scope.ServiceProvider.GetRequiredService<OutcomeJoiner>();
        await joiner.LookUp(served.Name, cancel);
        await joiner.Correct(served.Name, cancel);

        // After what queues reviews, which may have read a file while it was removed.
        await scope.ServiceProvider.GetRequiredService<RemovedReviews>().Run(served.Name, since, cancel);
        await Judge(scope.ServiceProvider, served, isWhole, cancel);
        if (!isWhole)
            return;
        await scope.ServiceProvider.GetRequiredService<WindowAging>().Run(served.Name, cancel);
        _whole[key] = now;
    }

    // Only when something was counted since, and seldom anyway: old windows leave the time that is judged.
    private async Task Judge(IServiceProvider services, ServedEndpoint served, bool isWhole, CancellationToken cancel)
    {
        var key = (served.Project, served.Name);
        var revision = (await services.GetRequiredService<AssayDb>().StateOf(served.Name, cancel)).Revision;
        if (!isWhole && _judged.GetValueOrDefault(key) == (served.Version, revision))
            return;
        await services.GetRequiredService<PerformanceJudge>().Run(served, cancel);
        await services.GetRequiredService<ConceptWatch>().Run(served, cancel);
        _judged[key] = (served.Version, revision);
    }
}
