using System.Net;
using System.Net.Http.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Reviews;
using Assay.Tests.Serving;
using Assay.Tests.Serving.PredictionLog;

namespace Assay.Tests.Monitoring.Labels;

public sealed class ReviewTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Uncertain_predictions_and_those_that_labels_contest_wait_for_a_human_and_sure_ones_do_not()
    {
        await using var scene = await LabelScene.Start();
        var uncertain = await scene.Predict(36);   // 0.51
        var contested = await scene.Predict(75);   // 0.88
        var sure = await scene.Predict(80);
        await scene.Logged(3);
        await scene.Post(new { id = contested, label = "no" }, new { id = sure, label = "yes" });
        await scene.Tick();

        var reviews = await Reviews(scene);

        Assert.Equal(
            [(uncertain, ReviewKind.Uncertain), (contested, ReviewKind.Contested)],
            reviews.OrderBy(review => review.Kind).Select(review => (review.Prediction, review.Kind)));
        await scene.Tick();
        Assert.Equal(2, (await Reviews(scene)).Count);
    }

    [Fact]
    public async Task An_override_says_who_which_and_why_and_takes_the_prediction_out_of_the_queue()
    {
        await using var scene = await LabelScene.Start();
        var review = await OneWaits(scene);

        using var answer = await Decide(scene.Server.Admin, review, new { verdict = "overridden", decision = "no", reason = "The contract ends anyway." });

        var verdict = (await answer.Content.ReadFromJsonAsync<VerdictSummary>(AssayJson.Options, Cancel))!;
        Assert.Equal((Verdict.Overridden, "no", "The contract ends anyway."), (verdict.Verdict, verdict.Decision, verdict.Reason));
        var stated = Assert.Single(await scene.Events("prediction.overridden"));
        Assert.Equal(verdict.By, stated.GetProperty("actor").GetString());
        Assert.Equal((review.Prediction, "no"), (stated.GetProperty("data").GetProperty("prediction").GetString(), stated.GetProperty("data").GetProperty("decision").GetString()));
        Assert.Empty(await Reviews(scene));
        Assert.Equal(review.Id, Assert.Single((await scene.Get<Page<VerdictSummary>>("/api/v1/endpoints/churn/verdicts")).Items).Id);
        Assert.Empty(await scene.Labels());   // an override says what was decided, and not what was true
        using var again = await Decide(scene.Server.Admin, review, new { verdict = "dismissed" });
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task A_label_as_verdict_counts_as_any_other_label()
    {
        await using var scene = await LabelScene.Start();
        var review = await OneWaits(scene);

        (await Decide(scene.Server.Admin, review, new { verdict = "labelled", decision = true })).EnsureSuccessStatusCode();
        await scene.Tick();

        Assert.Equal((review.Prediction, "yes"), (Assert.Single(await scene.Labels()).Id, (await scene.Labels())[0].Label));
        Assert.Equal(1, Assert.Single((await scene.Show()).Totals).Labelled);
        Assert.Single(await scene.Events("labels.posted"));
        Assert.Single(await scene.Events("prediction.reviewed"));
    }

    [Theory]
    [InlineData("""{"verdict":"overridden","decision":"no"}""", "reason")]
    [InlineData("""{"verdict":"overridden","reason":"x"}""", "decision")]
    [InlineData("""{"verdict":"labelled","decision":"perhaps"}""", "decision")]
    [InlineData("""{"verdict":"dismissed","decision":"no"}""", "decision")]
    public async Task A_verdict_that_lacks_something_is_refused_by_its_field(string body, string field)
    {
        await using var scene = await LabelScene.Start();
        var review = await OneWaits(scene);

        using var answer = await scene.Server.Admin.PostAsync(
            $"/api/v1/endpoints/churn/reviews/{review.Id}", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"\"field\":\"{field}\"", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Single(await Reviews(scene));
    }

    [Fact]
    public async Task The_queue_is_bounded()
    {
        await using var scene = await LabelScene.Start();
        for (var batch = 0; batch < 12; batch++)
        {
            for (var call = 0; call < 11; call++)
                await scene.Predict(36);
            await scene.Logged(Math.Min(200, 11 * (batch + 1)));
            await scene.Tick();
        }

        Assert.Equal(100, (await Reviews(scene)).Count);
    }

    [Fact]
    public async Task What_waits_goes_with_the_file_that_has_its_call_also_after_a_restart_and_leaves_its_place_to_others()
    {
        var scene = await LabelScene.Start();
        try
        {
            await OneWaits(scene);
            var contested = await scene.Predict(75);
            await scene.Logged(2);
            await scene.Post(new { id = contested, label = "no" });
            await scene.Tick();
            await LogHost.Files(scene.Server);
            var later = await scene.Predict(36);
            await scene.Logged(3);
            await scene.Tick();
            var waiting = await Reviews(scene);
            Assert.Equal(3, waiting.Count);

            var before = Uri.EscapeDataString(waiting.Single(review => review.Prediction == later).PredictedAt.ToString("O"));
            using var removed = await scene.Server.Admin.DeleteAsync($"/api/v1/endpoints/churn/prediction-files?before={before}", Cancel);
            Assert.Contains("\"calls\":2", await removed.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
            scene = await LabelScene.Restart(scene);
            await ServingHost.Until(async () => (await scene.Server.Admin.GetAsync("/api/v1/endpoints/churn/performance", Cancel)).IsSuccessStatusCode);
            await scene.Tick();

            Assert.Equal(later, Assert.Single(await Reviews(scene)).Prediction);
        }
        finally
        {
            await scene.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("reviews")]
    [InlineData("verdicts")]
    [InlineData("labels")]
    public async Task What_an_endpoint_has_is_not_listed_where_there_is_none(string list)
    {
        await using var scene = await LabelScene.Start();

        using var answer = await scene.Server.Admin.GetAsync($"/api/v1/endpoints/nope/{list}", Cancel);

        Assert.Equal((HttpStatusCode.NotFound, "There is no endpoint 'nope' in this project."), (answer.StatusCode, await ServingHost.Detail(answer)));
    }

    [Fact]
    public async Task Verdicts_and_labels_are_shown_after_their_endpoint_was_deleted()
    {
        await using var scene = await LabelScene.Start();
        var review = await OneWaits(scene);
        (await Decide(scene.Server.Admin, review, new { verdict = "labelled", decision = "yes" })).EnsureSuccessStatusCode();
        (await scene.Server.Admin.DeleteAsync("/api/v1/endpoints/churn", Cancel)).EnsureSuccessStatusCode();

        Assert.Equal(review.Id, Assert.Single((await scene.Get<Page<VerdictSummary>>("/api/v1/endpoints/churn/verdicts")).Items).Id);
        Assert.Equal(review.Prediction, Assert.Single(await scene.Labels()).Id);
        Assert.Empty(await Reviews(scene));
    }

    [Fact]
    public async Task Who_may_label_may_not_decide_by_that()
    {
        await using var scene = await LabelScene.Start();
        var review = await OneWaits(scene);

        using var answer = await Decide(await scene.Server.Client(Role.DataScientist), review, new { verdict = "dismissed" });

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private static async Task<ReviewSummary> OneWaits(LabelScene scene)
    {
        await scene.Predict(36);
        await scene.Logged(1);
        await scene.Tick();
        return Assert.Single(await Reviews(scene));
    }

    private static async Task<IReadOnlyList<ReviewSummary>> Reviews(LabelScene scene) =>
        (await scene.Get<Page<ReviewSummary>>("/api/v1/endpoints/churn/reviews")).Items;

    private static Task<HttpResponseMessage> Decide(HttpClient client, ReviewSummary review, object verdict) =>
        client.PostAsJsonAsync($"/api/v1/endpoints/churn/reviews/{review.Id}", verdict, AssayJson.Options, Cancel);
}
