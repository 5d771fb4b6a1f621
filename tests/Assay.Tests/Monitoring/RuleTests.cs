using System.Net;
using System.Net.Http.Json;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Rules;
using Assay.Serving;

namespace Assay.Tests.Monitoring;

public sealed class RuleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Errors_that_last_as_long_as_the_rule_wants_are_an_alert_and_it_closes_when_traffic_is_well()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.ErrorShare, AlertSeverity.Critical, Above: 0.05, ForSeconds: 120));
        watched.Traffic.LastMinute = new(200, 30, 0, 4, 9, 12);
        await watched.Tick();
        Assert.Empty(await watched.Alerts());

        watched.Clock.Move(TimeSpan.FromSeconds(130));
        await watched.Tick();
        var alert = Assert.Single(await watched.Alerts());
        Assert.Equal(("operations", AlertSeverity.Critical, AlertState.Open), (alert.Source, alert.Severity, alert.State));
        Assert.Contains("error share 0.15", alert.Summary, StringComparison.Ordinal);
        Assert.Equal(200, Assert.Single((await watched.Get<AlertDetail>($"/api/v1/alerts/{alert.Id}")).Signals).Rows);

        watched.Traffic.LastMinute = new(200, 0, 0, 4, 9, 12);
        await watched.Tick();
        Assert.Equal(AlertState.Open, Assert.Single(await watched.Alerts()).State);   // another replica may have seen it a moment ago
        watched.Clock.Move(TimeSpan.FromSeconds(90));
        await watched.Tick();
        Assert.Equal(AlertState.Closed, Assert.Single(await watched.Alerts()).State);
    }

    [Fact]
    public async Task A_breach_that_breaks_off_begins_anew_and_few_calls_prove_nothing()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.ErrorShare, Above: 0.05, ForSeconds: 120), new AlertRule(RuleSignal.P99Milliseconds, Above: 100));
        var bad = new EndpointHealth(200, 30, 0, 4, 9, 12);
        watched.Traffic.LastMinute = bad;
        await watched.Tick();
        watched.Clock.Move(TimeSpan.FromSeconds(70));
        watched.Traffic.LastMinute = new(200, 0, 0, 4, 9, 12);
        await watched.Tick();
        watched.Traffic.LastMinute = bad;
        watched.Clock.Move(TimeSpan.FromSeconds(70));
        await watched.Tick();
        Assert.Empty(await watched.Alerts());

        watched.Traffic.LastMinute = new(10, 10, 0, 400, 900, 1200);
        watched.Clock.Move(TimeSpan.FromSeconds(300));
        await watched.Tick();
        Assert.Empty(await watched.Alerts());
    }

    [Theory]
    [InlineData(RuleSignal.P95Milliseconds, 50, "p95 milliseconds 80")]
    [InlineData(RuleSignal.ShedShare, 0.1, "shed share 0.25")]
    [InlineData(RuleSignal.WaitingCalls, 4, "waiting calls 6.5, bound 4, over 200 calls of the last minute")]
    public async Task Slow_answers_and_calls_that_wait_or_are_turned_away_are_alerts(RuleSignal signal, double above, string words)
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(signal, Above: above));
        watched.Traffic.LastMinute = new(200, 0, 50, 10, 80, 90) { Waiting = 6.5 };

        await watched.Tick();

        Assert.Contains(words, Assert.Single(await watched.Alerts()).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_on_calls_that_wait_is_suggested_where_calls_do_and_alerts_before_any_is_turned_away()
    {
        await using var watched = await WatchedServer.Start();
        Assert.DoesNotContain((await Suggested(watched)).Rules, rule => rule.Signal == RuleSignal.WaitingCalls);
        watched.Traffic.LastMinute = new(200, 0, 0, 10, 80, 90) { Waiting = 9, WaitingRoom = 16 };
        var rule = Assert.Single((await Suggested(watched)).Rules, rule => rule.Signal == RuleSignal.WaitingCalls);
        Assert.Equal((8, 60), (rule.Above, rule.ForSeconds));

        await Rules(watched, rule);
        await watched.Tick();
        watched.Clock.Move(TimeSpan.FromSeconds(70));
        await watched.Tick();

        Assert.Contains("waiting calls 9, bound 8", Assert.Single(await watched.Alerts()).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_server_and_a_full_memory_are_alerts_whether_or_not_anybody_asks()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.MemoryShare, AlertSeverity.Critical, Above: 0.000001), new AlertRule(RuleSignal.CpuShare, Above: 0.999999));
        watched.Traffic.LastMinute = new(0, 0, 0, null, null, null);

        await watched.Tick();

        var alert = Assert.Single(await watched.Alerts());
        Assert.Equal(("operations", AlertSeverity.Critical), (alert.Source, alert.Severity));
        Assert.Contains("memory share", alert.Summary, StringComparison.Ordinal);
        Assert.Contains("of the server that answers", alert.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void The_share_of_the_processors_is_that_of_the_last_minute()
    {
        var (now, used) = (DateTimeOffset.UnixEpoch, TimeSpan.Zero);
        var load = new ProcessLoad(() => used, () => (300, 1200));
        load.Look(now);
        Assert.Null(load.CpuShare);
        for (var look = 0; look < 20; look++)
        {
            now += TimeSpan.FromSeconds(10);
            used += look < 10 ? TimeSpan.FromSeconds(10) * Environment.ProcessorCount : TimeSpan.FromSeconds(5) * Environment.ProcessorCount;
            load.Look(now);
        }

        Assert.Equal(0.5, load.CpuShare!.Value, 9);
        Assert.Equal(0.25, load.MemoryShare);
    }

    [Fact]
    public async Task Missing_values_in_as_many_windows_as_the_rule_wants_are_an_alert_on_quality()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.MissingShare, Above: 0.1, Windows: 2));
        watched.Traffic.Predict(700, missing: 0.3);
        await watched.Evaluate();
        Assert.Empty(await watched.Alerts());

        watched.Traffic.Predict(700, missing: 0.3);
        await watched.Evaluate();
        var alert = Assert.Single(await watched.Alerts());
        Assert.Equal(("quality", "f0"), (alert.Source, Assert.Single(alert.Features)));

        watched.Traffic.Predict(700);
        await watched.Evaluate();
        Assert.Equal(AlertState.Closed, Assert.Single(await watched.Alerts()).State);
    }

    [Fact]
    public async Task A_few_rows_without_values_do_not_prove_that_more_are_missing()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.MissingShare, Above: 0.1, MinimumRows: 1));
        watched.Traffic.Predict(8, missing: 0.25);

        await watched.Evaluate();

        Assert.Empty(await watched.Alerts());
    }

    [Fact]
    public async Task Drift_becomes_an_alert_after_as_many_windows_and_of_the_severity_that_a_rule_says_or_never()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.Drift, AlertSeverity.Critical, Windows: 2));
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        Assert.Empty(await watched.Alerts());
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        Assert.Equal(AlertSeverity.Critical, Assert.Single(await watched.Alerts()).Severity);

        watched.Traffic.Predict(700);
        await watched.Evaluate();
        await Rules(watched);
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        Assert.Equal(AlertState.Closed, Assert.Single(await watched.Alerts()).State);
    }

    [Fact]
    public async Task An_endpoint_that_nobody_asks_any_more_is_silent_until_somebody_does()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.SilentMinutes, AlertSeverity.Info, Above: 30));
        await watched.Tick();
        Assert.Empty(await watched.Alerts());
        watched.Traffic.Predict(100);
        await watched.Tick();

        watched.Clock.Move(TimeSpan.FromDays(7));
        await watched.Tick();
        await watched.Tick();
        var alert = Assert.Single(await watched.Alerts());
        Assert.Equal(("silence", AlertSeverity.Info), (alert.Source, alert.Severity));

        watched.Traffic.Predict(100);
        await watched.Tick();
        Assert.Equal(AlertState.Closed, Assert.Single(await watched.Alerts()).State);
    }

    [Fact]
    public async Task Of_rules_on_silence_the_severest_that_is_broken_decides_also_when_the_alert_is_open_already()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new(RuleSignal.SilentMinutes, AlertSeverity.Info, Above: 1), new(RuleSignal.SilentMinutes, AlertSeverity.Critical, Above: 2));
        watched.Traffic.Predict(100);
        await watched.Tick();
        watched.Clock.Move(TimeSpan.FromSeconds(90));
        await watched.Tick();
        Assert.Equal(AlertSeverity.Info, Assert.Single(await watched.Alerts()).Severity);

        watched.Clock.Move(TimeSpan.FromSeconds(72));
        await watched.Tick();
        await watched.Tick();

        var alert = Assert.Single(await watched.Alerts());
        Assert.Equal((AlertSeverity.Critical, 2), (alert.Severity, alert.Times));
        Assert.Contains("the bound is 2", alert.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_is_since_the_first_of_the_windows_that_its_rule_wants()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new(RuleSignal.Drift, Windows: 2), new(RuleSignal.MissingShare, Above: 0.1, Windows: 2));
        watched.Traffic.Predict(700, shift: 1.5, missing: 0.3);
        await watched.Evaluate();
        var first = (await watched.Show()).Windows[0];
        watched.Clock.Move(TimeSpan.FromHours(1));
        watched.Traffic.Predict(700, shift: 1.5, missing: 0.3);
        await watched.Evaluate();

        var alerts = await watched.Alerts();
        Assert.Equal(["drift", "quality"], alerts.Select(alert => alert.Source).Order());
        foreach (var alert in alerts)
            Assert.Equal(first.From, (await watched.Get<AlertDetail>($"/api/v1/alerts/{alert.Id}")).Since);
    }

    [Fact]
    public async Task Where_the_rule_on_drift_is_taken_away_its_alert_closes_though_the_drift_goes_on()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        await Rules(watched);
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();

        var alert = Assert.Single(await watched.Alerts());
        Assert.Equal((AlertState.Closed, "There is no rule on drift any more."), (alert.State, alert.ClosedBecause));
    }

    [Theory]
    [InlineData("""{"rules":[{"signal":"errorShare"}]}""", "needs a bound")]
    [InlineData("""{"rules":[{"signal":"errorShare","above":5}]}""", "share")]
    [InlineData("""{"rules":[{"signal":"silentMinutes","above":0}]}""", "minutes")]
    [InlineData("""{"rules":[{"signal":"noSuchThing","above":1}]}""", "bad request")]
    [InlineData("""{"rules":[{"above":1}]}""", "bad request")]
    [InlineData("""{"rules":[{"signal":"cpuShare","learnWindows":9}]}""", "10 windows at least")]
    [InlineData("""{"rules":[{"signal":"silentMinutes","above":5,"learnWindows":10}]}""", "no others")]
    [InlineData("""{"rules":[null]}""", "rule")]
    public async Task A_rule_that_can_mean_nothing_is_refused_by_a_sentence(string body, string word)
    {
        await using var watched = await WatchedServer.Start();

        var answer = await watched.Server.Admin.PutAsync(
            "/api/v1/monitors/churn/rules", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(word, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Of_two_who_change_the_same_rules_the_later_one_is_told()
    {
        await using var watched = await WatchedServer.Start();
        const string path = "/api/v1/monitors/churn/rules";
        var (one, other) = (await watched.Get<RuleSet>(path), await watched.Get<RuleSet>(path));
        var first = await watched.Server.Admin.PutAsJsonAsync(path, one with { Rules = [new(RuleSignal.CpuShare, Above: 0.9)] }, AssayJson.Options, Cancel);
        Assert.Equal((HttpStatusCode.OK, 1), (first.StatusCode, (await first.Content.ReadFromJsonAsync<RuleSet>(AssayJson.Options, Cancel))!.Version));

        var second = await watched.Server.Admin.PutAsJsonAsync(path, other with { Rules = [new(RuleSignal.MemoryShare, Above: 0.9)] }, AssayJson.Options, Cancel);

        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Contains("made from version 0, and this is version 1", await second.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(RuleSignal.CpuShare, Assert.Single((await watched.Get<RuleSet>(path)).Rules).Signal);
    }

    private static Task<RuleSet> Suggested(WatchedServer watched) => watched.Get<RuleSet>("/api/v1/monitors/churn/rules/suggested");

    private static async Task Rules(WatchedServer watched, params AlertRule[] rules)
    {
        var answer = await watched.Server.Admin.PutAsJsonAsync("/api/v1/monitors/churn/rules", new RuleSet(rules), AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
