using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Concept;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Performance;
using Assay.Statistics.Streams;
using Assay.Tests.Monitoring.Labels;
using Assay.Tests.Serving;
using Assay.Tests.Serving.PredictionLog;

namespace Assay.Tests.Monitoring.Concept;

/// <summary>Concept drift: labels come, and the errors of the version that predicted go to its detectors.</summary>
public sealed class ConceptTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Labels_that_turn_against_the_model_raise_an_alert_which_is_over_when_no_further_change_came()
    {
        await using var scene = await LabelScene.Start();
        await scene.Set(new() { MaxDrop = null, Concept = new() { MinimumRows = 30 } });
        var rows = await Rows(scene, 384);
        await Tell(scene, rows[..192], isRight: true);
        await scene.Tick();
        Assert.Empty(await Alerts(scene));

        await Tell(scene, rows[192..288], isRight: false);
        await scene.Tick();

        var alert = Assert.Single(await Alerts(scene));
        Assert.Equal((AlertSources.Concept, AlertState.Open, 1), (alert.Source, alert.State, alert.ModelVersion));
        Assert.StartsWith("What is true of an input changed at churn, version 1: the error rate rose from 0", alert.Summary, StringComparison.Ordinal);
        Assert.Contains("found by ADWIN at the", alert.Summary, StringComparison.Ordinal);
        Assert.NotEmpty(await scene.Events("concept.changed"));

        await Tell(scene, rows[288..336], isRight: false);
        await scene.Tick();
        await Tell(scene, rows[336..], isRight: false);
        await scene.Tick();
        await scene.Tick();

        alert = Assert.Single(await Alerts(scene));
        Assert.Equal(AlertState.Closed, alert.State);
        Assert.Contains("without a further change", alert.ClosedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_known_is_shown_with_the_performance()
    {
        await using var scene = await LabelScene.Start();
        var few = await Rows(scene, 60);
        await Tell(scene, few, isRight: true);
        await scene.Tick();

        var concept = Assert.Single((await scene.Show()).Concept);
        Assert.Equal(("churn", 1, 60L, null), (concept.Model, concept.Version, concept.Rows, concept.LastChange));
        var adwin = Assert.Single(concept.Detectors);
        Assert.Equal((ConceptDetector.Adwin, StreamState.Stable, null), (adwin.Detector, adwin.State, adwin.Error.Value));
        Assert.Equal("60 of at least 100 labels.", adwin.Error.Note);

        var more = await Rows(scene, 60, "more");
        await Tell(scene, more, isRight: false);
        await scene.Tick();

        concept = Assert.Single((await scene.Show()).Concept);
        Assert.Equal((true, ConceptDetector.Adwin, StreamState.Changed), (concept.LastChange!.IsRise, concept.LastChange.Detector, concept.Detectors[0].State));
        Assert.True(concept.LastChange.Before.High < concept.LastChange.After.Low);
    }

    [Fact]
    public async Task A_label_that_comes_again_or_is_corrected_counts_once_also_after_a_restart()
    {
        var scene = await LabelScene.Start();
        var rows = await Rows(scene, 40);
        await Tell(scene, rows, isRight: true);
        await scene.Tick();
        await Tell(scene, rows, isRight: true);
        await Tell(scene, rows[..10], isRight: false);
        await scene.Tick();
        Assert.Equal(40, Assert.Single((await scene.Show()).Concept).Rows);

        await using var again = await LabelScene.Restart(scene);
        await again.Tick();
        Assert.Equal(40, Assert.Single((await again.Show()).Concept).Rows);
        await Tell(again, await Rows(again, 3, "later"), isRight: true);
        await again.Tick();
        Assert.Equal(43, Assert.Single((await again.Show()).Concept).Rows);
    }

    [Fact]
    public async Task A_label_that_comes_before_its_prediction_counts_when_the_prediction_is_in_a_file()
    {
        await using var scene = await LabelScene.Start();
        await scene.Post(new { id = "early", label = true });
        await scene.Tick();
        Assert.Empty((await scene.Show()).Concept);

        await scene.Predict(60, id: "early");
        await scene.Logged(1);
        await LogHost.Files(scene.Server);
        await scene.Tick();

        Assert.Equal(1, Assert.Single((await scene.Show()).Concept).Rows);
    }

    [Fact]
    public async Task A_new_version_starts_anew_and_ends_the_alert_of_the_former_one()
    {
        await using var scene = await LabelScene.Start();
        await scene.Set(new() { MaxDrop = null });
        var rows = await Rows(scene, 192);
        await Tell(scene, rows[..96], isRight: true);
        await Tell(scene, rows[96..], isRight: false);
        await scene.Tick();
        Assert.Equal(AlertState.Open, Assert.Single(await Alerts(scene)).State);

        await ServingHost.Register(scene.Server, -2.1f);
        await ServingHost.Deploy(scene.Server, "churn", "2");
        await Tell(scene, await Rows(scene, 5, "second"), isRight: true);
        await scene.Tick();

        Assert.Equal("Version 2 of churn answers now.", Assert.Single(await Alerts(scene)).ClosedBecause);
        Assert.Equal([(2, 5L), (1, 192L)], (await scene.Show()).Concept.Select(one => (one.Version, one.Rows)));
    }

    [Fact]
    public async Task Other_detectors_can_watch_and_none_turns_it_off()
    {
        await using var scene = await LabelScene.Start();
        await scene.Set(new() { MaxDrop = null, Concept = new() { Detectors = [ConceptDetector.Ddm, ConceptDetector.PageHinkley] } });
        var rows = await Rows(scene, 100);
        await Tell(scene, rows[..60], place => place % 10 != 0);
        await Tell(scene, rows[60..], isRight: false);
        await scene.Tick();

        var concept = Assert.Single((await scene.Show()).Concept);
        Assert.Equal([ConceptDetector.PageHinkley, ConceptDetector.Ddm], concept.Detectors.Select(one => one.Detector));
        Assert.Contains("found by DDM", Assert.Single(await Alerts(scene)).Summary, StringComparison.Ordinal);

        await scene.Set(new() { MaxDrop = null, Concept = new() { Detectors = [] } });
        await Tell(scene, await Rows(scene, 2, "unwatched"), isRight: true);
        await scene.Tick();

        Assert.Equal("Nothing watches for concept drift any more.", Assert.Single(await Alerts(scene)).ClosedBecause);
        Assert.Equal(100, Assert.Single((await scene.Show()).Concept).Rows);
    }

    [Fact]
    public async Task Settings_that_contradict_one_another_are_refused_with_the_field()
    {
        await using var scene = await LabelScene.Start();
        Assert.Contains("concept.driftLevel", await Refused(new { driftLevel = 2, warningLevel = 3 }), StringComparison.Ordinal);
        Assert.Contains("concept.detectors", await Refused(new { detectors = new[] { "adwin", "adwin" } }), StringComparison.Ordinal);
        Assert.Contains("elta", await Refused(new { delta = 0.9 }), StringComparison.Ordinal);

        async Task<string> Refused(object concept)
        {
            using var answer = await scene.Server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn/performance-settings", new { concept }, AssayJson.Options, Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            return await answer.Content.ReadAsStringAsync(Cancel);
        }
    }

    [Fact]
    public void Errors_of_numbers_are_cut_at_a_bound_that_the_first_rows_teach()
    {
        var state = new ConceptState();
        state.Prepare(new(), isShare: false);
        for (var row = 0; row < ConceptState.LearningRows; row++)
            state.Add(row % 5, DateTimeOffset.UnixEpoch);
        Assert.Equal(8, state.Bound);

        for (var row = 0; row < 300; row++)
            state.Add(1e9, DateTimeOffset.UnixEpoch);

        Assert.True(state.Change!.IsRise);
        Assert.InRange(state.Adwin!.Window.Mean, 0.9, 1);
        Assert.Null(state.Ddm);
    }

    // Predictions of both classes in turn, by ids in their order.
    private static async Task<string[]> Rows(LabelScene scene, int count, string name = "row")
    {
        var body = JsonSerializer.Serialize(Enumerable.Range(0, count).Select(row => new object?[] { row % 2 == 0 ? 20 : 60, null, "größer" }));
        await LogHost.Call(scene.Server.Admin, body, name);
        await ServingHost.Until(async () => (await LogHost.List(scene.Server.Admin, "limit=200")).Items.Any(call => call.Id == name));
        return [.. Enumerable.Range(1, count).Select(row => $"{name}/{row}")];
    }

    private static Task<LabelsPosted> Tell(LabelScene scene, string[] rows, bool isRight) => Tell(scene, rows, _ => isRight);

    private static Task<LabelsPosted> Tell(LabelScene scene, string[] rows, Func<int, bool> isRight) => scene.Post([.. rows.Select((name, place) =>
    {
        var (id, row) = (name.Split('/')[0], int.Parse(name.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture));
        var decided = LabelScene.Score(row % 2 == 1 ? 20 : 60) >= 0.5;
        return (object)new { id, row, label = decided == isRight(place) };
    })]);

    private static async Task<IReadOnlyList<AlertSummary>> Alerts(LabelScene scene) => (await scene.Get<Page<AlertSummary>>("/api/v1/alerts")).Items;
}
