using Assay.Kernel.Outbound;
using Microsoft.Extensions.Options;

namespace Assay.Governance.Webhooks;

/// <summary>
/// Follows the ledger for one webhook: in order, one event at a time, each again until it is taken. The place is kept after
/// an event was taken, so a crash repeats it rather than loses it.
/// </summary>
internal sealed class WebhookReader(
    ILedgerFeed feed, WebhookBook book, WebhookMessages messages, WebhookSender sender, IOptions<WebhookOptions> options, TimeProvider clock, ILogger<WebhookReader> log)
{
    // Places of unwanted events are kept only now and then: to skip them again costs less than a write each.
    private const int SkippedPerWrite = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Delivers until the webhook is paused, changed or gone, or the host stops.</summary>
    public async Task Run(string id, string project, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                if (await book.Read(id, project, cancel) is not { } read || !await Follow(read.Hook, read.Progress, cancel))
                    return;
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)   // of the database, for as long as it lasts: nothing is lost, and the other webhooks go on
            {
                log.LogError(problem, "Webhook {Id} can't follow the ledger, and tries again.", id);
                await Task.Delay(Pause, clock, cancel);
            }
        }
    }

    private async Task<bool> Follow(Webhook hook, WebhookProgress progress, CancellationToken cancel)
    {
        var skipped = 0;
        await foreach (var entry in feed.Follow(progress.NextPlace, cancel))
        {
            var message = await messages.Of(hook, entry, cancel);
            progress.NextPlace = entry.Index;
            if (message is not null && !await Deliver(hook, progress, message, cancel))
                return false;

            progress.NextPlace = entry.Index + 1;
            if (message is not null || ++skipped % SkippedPerWrite == 0)
                await book.Write(progress, cancel);
        }

        return true;
    }

    /// <summary>True when it was taken, false when the webhook was paused.</summary>
    private async Task<bool> Deliver(Webhook hook, WebhookProgress progress, WebhookMessage message, CancellationToken cancel)
    {
        while (true)
        {
            if (progress.NextAttemptAt is { } due && due > clock.GetUtcNow())
                await Task.Delay(due - clock.GetUtcNow(), clock, cancel);

            var result = await sender.Send(hook, message, cancel);
            await book.Keep(hook.Project, result.Attempt, cancel);
            if (result.Delivered)
            {
                progress.Forgive();
                return true;
            }

            var now = clock.GetUtcNow();
            progress.Failures++;
            progress.FailingSince ??= now;
            progress.NextAttemptAt = now + Wait(progress.Failures, result.RetryAfter);
            await book.Write(progress, cancel);
            if (!result.Gone && now - progress.FailingSince < TimeSpan.FromHours(options.Value.GiveUpHours))
                continue;

            await book.Pause(hook, progress, result.Attempt.Problem!, cancel);
            log.LogWarning("Webhook {Id} was paused after {Failures} failed attempts: {Problem}", hook.Id, progress.Failures, result.Attempt.Problem);
            return false;
        }
    }

    // At least as long as the receiver asks for, within what is the longest.
    private TimeSpan Wait(int failures, TimeSpan? asked)
    {
        var longest = options.Value.RetrySecondsMax;
        var wait = BackOff.After(failures, options.Value.FirstRetrySeconds, longest);
        var wanted = TimeSpan.FromSeconds(Math.Min(longest, asked?.TotalSeconds ?? 0));
        return wanted > wait ? wanted : wait;
    }
}
