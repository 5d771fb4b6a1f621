using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Outbound;
using Assay.Kernel.Projects;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Routes;
using Assay.Monitoring.Silences;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Monitoring.Delivery;

/// <summary>Tells one route what is due, a message per endpoint: at least once, and what failed again after growing pauses.</summary>
internal sealed class RouteWork(
    AssayDb db, ILedger ledger, DeliveryTools tools, SilenceBook silences, ProjectScope project, IOptions<AlertOptions> options)
{
    private static readonly TimeSpan ClaimLasts = TimeSpan.FromMinutes(2);
    private readonly TimeProvider _clock = tools.Clock;

    public async Task Run(string routeId, CancellationToken cancel)
    {
        var route = await db.AlertRoutes.AsNoTracking().SingleOrDefaultAsync(row => row.Id == routeId, cancel);
        var claimed = await Claim(routeId, route?.GroupSeconds ?? 0, cancel);
        foreach (var group in claimed.GroupBy(row => row.Endpoint))
        {
            if (route is not { Active: true })
                Settle(group, "The route was paused or deleted.");
            else
                await Tell(route, [.. group], cancel);
            await db.SaveChangesAsync(cancel);
        }

        await Forget(routeId, cancel);
    }

    // With what is due goes what came since for the same endpoint, so that it is one message.
    private async Task<List<AlertDelivery>> Claim(string routeId, int groupSeconds, CancellationToken cancel)
    {
        var (now, me) = (_clock.GetUtcNow(), Guid.NewGuid().ToString("N"));
        var (until, soon) = (now + ClaimLasts, now + TimeSpan.FromSeconds(groupSeconds));
        var free = db.Deliveries.Where(row => row.RouteId == routeId && row.DoneAt == null && (row.ClaimedUntil == null || row.ClaimedUntil < now));
        var due = await free.Where(row => row.DueAt <= now).Select(row => row.Endpoint).Distinct().ToListAsync(cancel);
        await free.Where(row => due.Contains(row.Endpoint))
            .Where(row => row.DueAt <= now || (row.Kind != DeliveryKind.Repeated && row.Attempts == 0 && row.Problem == null && row.DueAt <= soon))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ClaimedBy, me).SetProperty(row => row.ClaimedUntil, until), cancel);
        return await db.Deliveries.Where(row => row.ClaimedBy == me).OrderBy(row => row.Id).ToListAsync(cancel);
    }

    private async Task Tell(AlertRoute route, List<AlertDelivery> rows, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        var ids = rows.Select(row => row.AlertId).Distinct().ToList();
        var alerts = await db.Alerts.AsNoTracking().Where(alert => ids.Contains(alert.Id)).ToDictionaryAsync(alert => alert.Id, cancel);
        var told = await db.Deliveries.AsNoTracking()
            .Where(row => row.RouteId == route.Id && ids.Contains(row.AlertId) && row.DoneAt != null && row.Problem == null && row.Kind != DeliveryKind.Resolved)
            .Select(row => row.AlertId).Distinct().ToListAsync(cancel);
        var sent = new List<AlertDelivery>();
        foreach (var row in rows)
        {
            if (!alerts.TryGetValue(row.AlertId, out var alert))
                Settle([row], "The alert is not there any more.");
            else if (WhyNot(row, alert, told.Contains(alert.Id) || rows.Exists(each => each.AlertId == row.AlertId && each.Kind == DeliveryKind.Raised)) is { } reason)
                Settle([row], reason);
            else if (await silences.Until(alert, now, cancel) is { } until)
                Postpone(row, alert, until);
            else
                sent.Add(row);
        }

        if (sent.Count == 0)
            return;
        var message = new AlertMessage(
            project.Name!, rows[0].Endpoint, route.OnCall?.At(now),
            [.. sent.Select(row => alerts[row.AlertId]).Distinct().OrderByDescending(alert => alert.Severity).ThenBy(alert => alert.Id, StringComparer.Ordinal).Select(alert => alert.ToSummary())], now);
        var problem = await tools.Sender.Send(route, message, cancel);
        if (problem is null)
            Note(route, sent, alerts);
        else
            Retry(route, sent, problem);
    }

    private static string? WhyNot(AlertDelivery row, Alert alert, bool wasRaised) => row.Kind switch
    {
        DeliveryKind.Repeated when alert.State == AlertState.Acknowledged => "Somebody has taken the alert on.",
        DeliveryKind.Repeated when alert.State == AlertState.Closed => "The alert is over.",
        DeliveryKind.Resolved when !wasRaised => "The alert was not told, so its end is not either.",
        _ => null,
    };

    private void Settle(IEnumerable<AlertDelivery> rows, string reason)
    {
        foreach (var row in rows)
            (row.DoneAt, row.Problem, row.ClaimedBy, row.ClaimedUntil) = (_clock.GetUtcNow(), reason, null, null);
    }

    // What is over before a silence ends need not be told at all.
    private void Postpone(AlertDelivery row, Alert alert, DateTimeOffset until)
    {
        if (alert.State == AlertState.Closed)
            Settle([row], "It began and ended in a silence.");
        else
            (row.DueAt, row.Problem, row.ClaimedBy, row.ClaimedUntil) = (until, $"Silenced until {Finding.Moment(until)}.", null, null);
    }

    private void Note(AlertRoute route, List<AlertDelivery> sent, Dictionary<string, Alert> alerts)
    {
        var now = _clock.GetUtcNow();
        foreach (var row in sent)
            (row.DoneAt, row.Problem, row.ClaimedBy, row.ClaimedUntil) = (now, null, null, null);
        if (route.RepeatMinutes == 0)
            return;
        foreach (var alert in sent.Select(row => alerts[row.AlertId]).Distinct().Where(alert => alert.State == AlertState.Open))
        {
            db.Deliveries.Add(new AlertDelivery
            {
                Id = Guid.CreateVersion7(now).ToString("N"),
                RouteId = route.Id,
                AlertId = alert.Id,
                Endpoint = alert.Endpoint,
                Kind = DeliveryKind.Repeated,
                CreatedAt = now,
                DueAt = now + TimeSpan.FromMinutes(route.RepeatMinutes),
            });
        }
    }

    private void Retry(AlertRoute route, List<AlertDelivery> sent, string problem)
    {
        var now = _clock.GetUtcNow();
        problem = problem.Shortened(AlertDeliveryTable.ProblemLengthMax);
        var givenUp = sent.FindAll(row => now - row.CreatedAt >= TimeSpan.FromHours(options.Value.GiveUpHours));
        foreach (var row in sent)
        {
            row.Attempts++;
            (row.DueAt, row.Problem, row.ClaimedBy, row.ClaimedUntil) = (now + BackOff.After(row.Attempts, options.Value.FirstRetrySeconds, options.Value.RetrySecondsMax), problem, null, null);
        }

        if (givenUp.Count == 0)
            return;
        Settle(givenUp, problem);
        ledger.Append(new AlertDeliveryFailed(route.Id, givenUp[0].Endpoint, givenUp.Count, givenUp[0].Attempts, problem));
    }

    private async Task Forget(string routeId, CancellationToken cancel)
    {
        var tooOld = await db.Deliveries.AsNoTracking().Where(row => row.RouteId == routeId && row.DoneAt != null)
            .OrderByDescending(row => row.Id).Skip(options.Value.DeliveriesKept).Select(row => row.Id).FirstOrDefaultAsync(cancel);
        if (tooOld is not null)
            await db.Deliveries.Where(row => row.RouteId == routeId && row.DoneAt != null && string.Compare(row.Id, tooOld) <= 0).ExecuteDeleteAsync(cancel);
    }
}
