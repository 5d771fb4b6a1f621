using System.Globalization;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Rules;

/// <summary>
/// Judges live traffic by the rules, at every tick. Each replica judges what it answers itself: an alert that another one
/// has seen breached a moment ago is not closed by a calm one.
/// </summary>
internal sealed class OperationsWatch(
    IEndpoints endpoints, Breaches breaches, MinuteBounds bounds, ProcessLoad load, IServiceScopeFactory scopes, TimeProvider clock) : ITickWork
{
    /// <summary>An alert that lasts is found again so often, and closed when nobody has found it for twice as long.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);

    /// <summary>Looks at every endpoint for which somebody has made rules on live traffic or silence.</summary>
    public async Task Run(CancellationToken cancel)
    {
        load.Look(clock.GetUtcNow());
        var served = endpoints.List().ToDictionary(each => (each.Project, each.Name));
        var ruled = (await Ruled(cancel)).FindAll(each => served.ContainsKey((each.Project, each.Endpoint)));
        breaches.Keep(ruled.SelectMany(each => each.Rules.Of(LiveSignals.All).Select(rule => (each.Project, each.Endpoint, rule))).ToHashSet());
        bounds.Keep(ruled.SelectMany(each => each.Rules.Of(LiveSignals.All).Select(rule => (each.Project, each.Endpoint, served[(each.Project, each.Endpoint)].Digest, rule))).ToHashSet());
        foreach (var each in ruled)
            await Look(served[(each.Project, each.Endpoint)], each.Rules, cancel);
    }

    private async Task<List<(string Project, string Endpoint, RuleSet Rules)>> Ruled(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var rows = await scope.ServiceProvider.GetRequiredService<AssayDb>().SavedRules.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking().ToListAsync(cancel);
        return rows.ConvertAll(row => (row.Project, row.Endpoint, row.Rules));
    }

    private async Task Look(ServedEndpoint served, RuleSet rules, CancellationToken cancel)
    {
        await using var scope = scopes.Enter(served.Project, MonitoringActor.Id);
        var (db, book) = (scope.ServiceProvider.GetRequiredService<AssayDb>(), scope.ServiceProvider.GetRequiredService<AlertBook>());
        await LookAtTraffic(served, rules, db, book, cancel);
        await LookForSilence(served, rules, db, book, cancel);
        await db.SaveChangesAsync(cancel);
    }

    private async Task LookAtTraffic(ServedEndpoint served, RuleSet rules, AssayDb db, AlertBook book, CancellationToken cancel)
    {
        var (now, health) = (clock.GetUtcNow(), endpoints.Health(served.Project, served.Name));
        var breached = new List<(AlertRule Rule, AlertSignal Signal, DateTimeOffset Since)>();
        foreach (var rule in rules.Of(LiveSignals.All))
        {
            var (value, bound) = (LiveSignals.Value(rule.Signal, health, load, rule.MinimumRows), await bounds.Of(db, served, rule, cancel));
            var since = breaches.Note((served.Project, served.Name), rule, value > bound, now);
            if (since is { } begun && now - begun >= TimeSpan.FromSeconds(rule.ForSeconds))
                breached.Add((rule, Signal(rule.Signal, value!.Value, bound!.Value, health?.Requests), begun));
        }

        var open = await book.FindOpen(served.Name, AlertSources.Operations, cancel);
        var lastSeen = open?.LastSeenAt ?? open?.RaisedAt;
        if (breached.Count == 0)
        {
            if (now - lastSeen >= 2 * Again)
                await book.Calm(served.Name, AlertSources.Operations, "The traffic of the last minute is within the bounds again.", cancel);
            return;
        }

        var severity = breached.Max(each => each.Rule.Severity);
        if (open is not null && severity <= open.Severity && open.Version == served.Version && now - lastSeen < Again)
            return;
        var worst = breached.OrderByDescending(each => each.Rule.Severity).First();
        var summary = string.Create(
            CultureInfo.InvariantCulture,
            $"Traffic of {served.Name}, version {served.Version}: {worst.Signal.Name} {worst.Signal.Value:0.####}, bound {worst.Signal.Bound:0.####}{Learned(worst.Rule, worst.Signal)}{Over(worst.Signal)}, since {Finding.Moment(worst.Since)}.");
        await book.Raise(
            new(served.Name, AlertSources.Operations, severity, summary)
            {
                Model = served.Model,
                Version = served.Version,
                Since = breached.Min(each => each.Since),
                Signals = [.. breached.Select(each => each.Signal)],
            },
            cancel);
    }

    // By what the database knows, and not this process alone: another replica may get all of the traffic.
    private async Task LookForSilence(ServedEndpoint served, RuleSet rules, AssayDb db, AlertBook book, CancellationToken cancel)
    {
        var onSilence = rules.Of(RuleSignal.SilentMinutes).ToList();
        if (onSilence.Count == 0)
        {
            await book.Calm(served.Name, AlertSources.Silence, "There is no rule on silence any more.", cancel);
            return;
        }

        var pending = await db.OpenWindows.AsNoTracking().Where(window => window.Endpoint == served.Name).Select(window => (DateTimeOffset?)window.To).SingleOrDefaultAsync(cancel);
        var evaluated = await db.EvaluatedWindows.AsNoTracking().Where(window => window.Endpoint == served.Name)
            .OrderByDescending(window => window.Id).Select(window => (DateTimeOffset?)window.To).FirstOrDefaultAsync(cancel);
        if ((pending ?? evaluated) is not { } last)
            return;
        var minutes = (clock.GetUtcNow() - last).TotalMinutes;
        var broken = onSilence.FindAll(rule => minutes > rule.Above).OrderByDescending(rule => rule.Severity).ThenBy(rule => rule.Above).FirstOrDefault();
        if (broken is null)
            await book.Calm(served.Name, AlertSources.Silence, "Predictions are asked for again.", cancel);
        else if (await book.FindOpen(served.Name, AlertSources.Silence, cancel) is not { } open || open.Severity < broken.Severity)
            await book.Raise(Silent(served, broken, last, minutes), cancel);
    }

    private static Finding Silent(ServedEndpoint served, AlertRule rule, DateTimeOffset last, double minutes) => new(
        served.Name,
        AlertSources.Silence,
        rule.Severity,
        string.Create(CultureInfo.InvariantCulture, $"Nobody has asked {served.Name} for a prediction for {minutes:N0} minutes, since {Finding.Moment(last)}; the bound is {rule.Above:N0}."))
    {
        Model = served.Model,
        Since = last,
        Signals = [new("predictions", "silent minutes", Math.Round(minutes, 1), rule.Above!.Value)],
    };

    private static AlertSignal Signal(RuleSignal signal, double value, double bound, long? requests) => LiveSignals.IsOfProcess(signal)
        ? new(LiveSignals.Word(signal), "of the server's process", value, bound)
        : new(LiveSignals.Word(signal), "of the last minute", value, bound, requests);

    private static string Learned(AlertRule rule, AlertSignal signal) =>
        rule.LearnWindows is { } windows && signal.Bound != rule.Above ? $" learned from the version's first {windows} windows" : "";

    private static string Over(AlertSignal signal) => signal.Rows is { } calls
        ? string.Create(CultureInfo.InvariantCulture, $", over {calls:N0} calls of the last minute")
        : ", of the server that answers";
}
