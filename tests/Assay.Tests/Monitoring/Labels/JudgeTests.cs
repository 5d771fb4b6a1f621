using System.Net;
using System.Net.Http.Json;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Kpis;
using Assay.Monitoring.Performance;
using Assay.Tests.Serving;

namespace Assay.Tests.Monitoring.Labels;

public sealed class JudgeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Labels_that_show_a_fall_below_the_held_out_rows_raise_one_alert_and_better_ones_close_it()
    {
        await using var scene = await LabelScene.Start();   // its held-out AUC was 0.8
        await scene.Set(new() { MinimumLabels = 20, MaxDrop = 0.1 });
        var ids = await Predict(scene, 40);
        await scene.Post([.. ids.Select((id, place) => (object)new { id, label = place % 2 == 0 })]);   // whatever the score
        await scene.Tick();
        await scene.Tick();

        var alert = Assert.Single(await Alerts(scene), alert => alert.Source == AlertSources.Performance);
        Assert.Equal((AlertState.Open, AlertSeverity.Critical, 1), (alert.State, alert.Severity, alert.ModelVersion));
        Assert.StartsWith("Labels show auc 0.", alert.Summary, StringComparison.Ordinal);
        Assert.Contains("held-out rows had 0.8, bound 0.7.", alert.Summary, StringComparison.Ordinal);

        await scene.Post([.. ids.Select((id, place) => (object)new { id, label = place >= 20 })]);   // they were wrong, and are corrected
        await scene.Tick();

        alert = Assert.Single(await Alerts(scene), alert => alert.Source == AlertSources.Performance);
        Assert.Equal(AlertState.Closed, alert.State);
        Assert.Contains("within the bound", alert.ClosedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fall_that_may_be_chance_raises_nothing()
    {
        await using var scene = await LabelScene.Start();
        await scene.Set(new() { MinimumLabels = 10, MaxDrop = 0.1 });
        var ids = await Predict(scene, 12);
        await scene.Post([.. ids.Select((id, place) => (object)new { id, label = place % 2 == 0 })]);
        await scene.Tick();

        Assert.NotNull((await scene.Show()).Totals[0].Realised.Named("auc").Value);
        Assert.DoesNotContain(await Alerts(scene), alert => alert.Source == AlertSources.Performance);
    }

    [Fact]
    public async Task A_segment_that_is_seldom_decided_positive_raises_an_alert_that_names_it()
    {
        await using var scene = await LabelScene.Start();
        await scene.Set(new() { MinimumLabels = 10, Segments = ["plan"], MinPositiveRateRatio = 0.8, MaxDrop = null });
        for (var call = 0; call < 40; call++)
            await scene.Predict(20, call % 2 == 0 ? "plus" : "größer");
        await scene.Logged(40);
        await scene.Predict(60, "größer");
        await scene.Logged(41);
        await scene.Tick();

        var alert = Assert.Single(await Alerts(scene));
        Assert.Equal((AlertSources.Fairness, AlertState.Open), (alert.Source, alert.State));
        Assert.Contains("plan = plus is decided positive 21 times as often as größer", alert.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_of_the_business_are_counted_by_version_and_raise_an_alert_past_their_bounds()
    {
        await using var scene = await LabelScene.Start();
        await scene.Set(new() { MaxDrop = null, Kpis = [new("revenue", Minimum: 50)] });
        var ids = await Predict(scene, 12);

        var posted = await Post(scene, ids.Select((id, place) => new { id, name = "revenue", value = 10.0 + place }));
        var again = await Post(scene, ids.Select((id, place) => new { id, name = "revenue", value = place == 0 ? 22.0 : 10.0 + place }));
        await scene.Tick();

        Assert.Equal((12, 0, 0), (posted.Added, posted.Unchanged, posted.Corrected));
        Assert.Equal((0, 11, 1), (again.Added, again.Unchanged, again.Corrected));
        var total = Assert.Single((await scene.Get<KpiReport>("/api/v1/endpoints/churn/kpis")).Totals);
        Assert.Equal(("revenue", 1, 12L), (total.Name, total.Version, total.Mean.Rows));
        Assert.Equal(198, total.Sum, 1e-9);   // 10 to 21, and the first one corrected to 22
        Assert.Equal(16.5, total.Mean.Value!.Value, 1e-9);
        Assert.True(total.Mean.Low < 16.5 && total.Mean.High > 16.5);
        var alert = Assert.Single(await Alerts(scene));
        Assert.Equal(AlertSources.Kpi, alert.Source);
        Assert.Contains("revenue of churn, version 1: mean 16.5 over 12 predictions", alert.Summary, StringComparison.Ordinal);
        Assert.Empty(await scene.Labels());
    }

    [Fact]
    public async Task A_version_without_numbers_of_the_business_neither_opens_nor_closes_their_alert()
    {
        await using var scene = await LabelScene.Start();
        await scene.Set(new() { MaxDrop = null, Kpis = [new("revenue", Minimum: 50)] });
        var ids = await Predict(scene, 12);
        await Post(scene, ids.Select(id => new { id, name = "revenue", value = 10.0 + (id[^1] % 3) }));
        await scene.Tick();
        Assert.Equal(AlertState.Open, Assert.Single(await Alerts(scene)).State);

        await ServingHost.Register(scene.Server, bias: 1);
        await ServingHost.Deploy(scene.Server, "churn", "2");
        await scene.Tick();
        Assert.Equal(AlertState.Open, Assert.Single(await Alerts(scene)).State);

        var more = new List<string>();
        for (var call = 0; call < 12; call++)
            more.Add(await scene.Predict(30));
        await scene.Logged(24);
        await Post(scene, more.Select(id => new { id, name = "revenue", value = 90.0 + (id[^1] % 3) }));
        await scene.Tick();
        var closed = Assert.Single(await Alerts(scene));
        Assert.Equal((AlertState.Closed, "Its means are within their bounds again."), (closed.State, closed.ClosedBecause));
    }

    [Theory]
    [InlineData("""{"kpis":[{"id":"a","name":"Revenue in €","value":1}]}""")]
    [InlineData("""{"kpis":[{"id":"a","name":"revenue","value":1e300}]}""")]
    [InlineData("""{"kpis":[]}""")]
    [InlineData("""{"kpis":[null]}""")]
    public async Task What_can_be_no_number_of_the_business_is_refused(string body)
    {
        await using var scene = await LabelScene.Start();

        using var answer = await scene.Server.Admin.PostAsync(
            "/api/v1/endpoints/churn/kpis", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"kpis":[{"id":"a","name":"revenue","value":1},{"id":"b","name":"revenue"}]}""", "kpis[1].value")]
    [InlineData("""{"kpis":[{"id":"a","name":"revenue","value":null}]}""", "kpis[0].value")]
    public async Task A_number_without_a_value_is_refused_by_its_place_and_not_taken_for_nothing(string body, string field)
    {
        await using var scene = await LabelScene.Start();

        using var answer = await scene.Server.Admin.PostAsync(
            "/api/v1/endpoints/churn/kpis", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(field, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, (await scene.Get<KpiReport>("/api/v1/endpoints/churn/kpis")).Waiting);
    }

    [Fact]
    public async Task A_bound_that_is_none_is_refused_as_such()
    {
        await using var scene = await LabelScene.Start();

        using var answer = await scene.Server.Admin.PutAsync(
            "/api/v1/endpoints/churn/performance-settings", new StringContent("""{"kpis":[null]}""", System.Text.Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal((HttpStatusCode.BadRequest, "A bound is an object with name, and minimum, maximum or learned."), (answer.StatusCode, await ServingHost.Detail(answer)));
    }

    [Fact]
    public async Task An_endpoint_has_a_bounded_number_of_names()
    {
        await using var scene = await LabelScene.Start();
        await Post(scene, Enumerable.Range(0, 20).Select(name => new { id = "a", name = $"n{name}", value = 1.0 }));

        using var answer = await Send(scene, [new { id = "a", name = "n20", value = 1.0 }]);

        Assert.StartsWith("An endpoint has at most 20 names of numbers", await ServingHost.Detail(answer), StringComparison.Ordinal);
    }

    private static async Task<List<string>> Predict(LabelScene scene, int calls)
    {
        var ids = new List<string>();
        for (var call = 0; call < calls; call++)
            ids.Add(await scene.Predict(call < calls / 2 ? 21 : 61));
        await scene.Logged(calls);
        return ids;
    }

    private static Task<HttpResponseMessage> Send(LabelScene scene, IEnumerable<object> kpis) =>
        scene.Server.Admin.PostAsJsonAsync("/api/v1/endpoints/churn/kpis", new { kpis }, AssayJson.Options, Cancel);

    private static async Task<KpisPosted> Post(LabelScene scene, IEnumerable<object> kpis)
    {
        using var answer = await Send(scene, kpis);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<KpisPosted>(AssayJson.Options, Cancel))!;
    }

    private static async Task<IReadOnlyList<AlertSummary>> Alerts(LabelScene scene) =>
        (await scene.Get<Page<AlertSummary>>("/api/v1/alerts")).Items;
}
