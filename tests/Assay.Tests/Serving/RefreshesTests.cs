using Assay.Serving.Deployment;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Tests.Serving;

/// <summary>How endpoints are brought to their versions, at the start and when models are promoted.</summary>
public sealed class RefreshesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_hangs_and_one_that_fails_keep_no_other_waiting()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var (loaded, failed) = (new TaskCompletionSource(), new TaskCompletionSource());
        var refreshes = new Refreshes(async (_, endpoint, cancel) =>
        {
            if (endpoint == "hangs")
                await Task.Delay(Timeout.Infinite, cancel);
            if (endpoint == "fails")
            {
                failed.TrySetResult();
                throw new InvalidOperationException("the database is away");
            }

            loaded.TrySetResult();
        }, TimeProvider.System, NullLogger.Instance);
        refreshes.Ask("default", "hangs", stop.Token);
        refreshes.Ask("default", "fails", stop.Token);
        refreshes.Ask("default", "loads", stop.Token);
        await failed.Task.WaitAsync(Cancel);
        await loaded.Task.WaitAsync(Cancel);
        await stop.CancelAsync();
        await refreshes.DisposeAsync();
    }

    [Fact]
    public async Task No_more_are_loaded_at_a_time_than_the_bound_and_who_stands_in_the_line_stands_there_once()
    {
        var (open, most, now, calls) = (new SemaphoreSlim(0), 0, 0, 0);
        var full = new TaskCompletionSource();
        var refreshes = new Refreshes(async (_, _, cancel) =>
        {
            Interlocked.Increment(ref calls);
            var running = Interlocked.Increment(ref now);
            InterlockedMax(ref most, running);
            if (running == Refreshes.AtATime)
                full.TrySetResult();
            await open.WaitAsync(cancel);
            Interlocked.Decrement(ref now);
        }, TimeProvider.System, NullLogger.Instance);
        var names = Enumerable.Range(0, 3 * Refreshes.AtATime).Select(number => $"endpoint-{number}").ToArray();
        foreach (var name in names)
            refreshes.Ask("default", name, Cancel);
        await full.Task.WaitAsync(Cancel);
        foreach (var name in names)
            refreshes.Ask("default", name, Cancel);   // those that have begun get another turn, the others have theirs to come
        open.Release(2 * names.Length);
        await refreshes.DisposeAsync();
        Assert.Equal(Refreshes.AtATime, most);
        Assert.Equal(names.Length + Refreshes.AtATime, calls);
    }

    [Fact]
    public async Task Who_asks_for_one_that_fails_has_it_tried_again_and_begins_no_second_row_of_tries()
    {
        var (asked, begun, calls) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        var refreshes = new Refreshes(async (_, _, _) =>
        {
            if (Interlocked.Increment(ref calls) > 1)
                return;
            begun.SetResult();
            await asked.Task;
            throw new InvalidOperationException("the database is away");
        }, TimeProvider.System, NullLogger.Instance);
        refreshes.Ask("default", "churn", Cancel);
        await begun.Task.WaitAsync(Cancel);
        refreshes.Ask("default", "churn", Cancel);
        refreshes.Ask("default", "churn", Cancel);
        asked.SetResult();
        await refreshes.DisposeAsync();
        Assert.Equal(2, calls);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }
}
