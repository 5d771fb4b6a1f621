using Assay.Kernel;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Tests.Kernel;

/// <summary>What is done by the clock is done again, whatever came of it.</summary>
public sealed class PeriodicWorkTests
{
    [Fact]
    public async Task A_turn_that_fails_by_whatever_means_is_followed_by_the_next_until_the_host_stops()
    {
        using var work = new Failing();
        await work.StartAsync(TestContext.Current.CancellationToken);
        await work.Fourth.WaitAsync(TestContext.Current.CancellationToken);
        await work.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(work.ExecuteTask!.IsCompletedSuccessfully || work.ExecuteTask.IsCanceled);
    }

    private sealed class Failing() : PeriodicWork(TimeSpan.FromMilliseconds(5), TimeProvider.System, NullLogger.Instance, first: TimeSpan.Zero)
    {
        private readonly TaskCompletionSource _fourth = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _turns;

        public Task Fourth => _fourth.Task;

        protected override string Failure => "It failed.";

        protected override Task Turn(CancellationToken cancel)
        {
            if (++_turns == 4)
                _fourth.TrySetResult();
            throw _turns switch
            {
                1 => new InvalidOperationException("as the driver for PostgreSQL wraps its word"),
                2 => new OperationCanceledException("by something else than the host"),
                _ => new NotSupportedException("a defect"),
            };
        }
    }
}
