using Assay.Monitoring.Labels;
using Assay.Monitoring.Performance;
using Assay.Tests.Serving;
using Assay.Tests.Serving.PredictionLog;

namespace Assay.Tests.Monitoring.Labels;

public sealed class JoinTests
{
    private static readonly PerformanceSettings Few = new() { MinimumLabels = 10 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Labels_are_joined_with_predictions_in_a_file_and_in_none(bool inFiles)
    {
        await using var scene = await LabelScene.Start();
        await scene.Set(Few);
        var ids = await Predict(scene, 20);
        if (inFiles)
            await LogHost.Files(scene.Server);

        // Those above 40 of age are decided positive; four of the twenty decisions are wrong.
        await Label(scene, ids, wrong: [0, 1, 10, 11]);
        await scene.Tick();

        var total = Assert.Single((await scene.Show()).Totals);
        Assert.Equal((1, 20, 20, 1.0), (total.Version, total.Predictions, total.Labelled, total.Coverage));
        var accuracy = total.Realised.Named("accuracy");
        Assert.Equal((0.8, 20L), (accuracy.Value!.Value, accuracy.Rows));
        Assert.Equal(0.584, accuracy.Low!.Value, 0.001);    // Wilson's interval of 16 of 20
        Assert.Equal(0.919, accuracy.High!.Value, 0.001);
        Assert.Equal(0.8, total.Realised.Named("recall").Value!.Value, 1e-9);
        Assert.All(await scene.Labels(), label => Assert.Equal(OutcomeState.Joined, label.State));
    }

    [Fact]
    public async Task A_prediction_is_counted_once_though_its_part_becomes_a_file_and_the_host_starts_again()
    {
        var first = await LabelScene.Start();
        await Predict(first, 5);
        await first.Tick();
        await first.Tick();
        await LogHost.Files(first.Server);
        await first.Tick();

        await using var scene = await LabelScene.Restart(first);
        await ServingHost.Until(async () => (await ServingHost.Show(scene.Server, "churn")).Endpoint.State == Assay.Serving.EndpointState.Ready);
        await Predict(scene, 3, already: 5);
        await scene.Tick();

        Assert.Equal(8, Assert.Single((await scene.Show()).Totals).Predictions);
    }

    [Fact]
    public async Task A_label_that_came_before_its_prediction_is_joined_when_that_appears()
    {
        await using var scene = await LabelScene.Start();
        await scene.Post(new { id = "early", label = "yes", at = "2026-01-01T00:00:00Z" });
        await scene.Tick();
        await scene.Predict(60, id: "early");
        await scene.Logged(1);

        await scene.Tick();

        var label = Assert.Single(await scene.Labels());
        Assert.Equal((OutcomeState.Joined, 1), (label.State, label.ModelVersion));
        Assert.Equal(LabelScene.Score(60), label.Prediction!.Value, 1e-6);
        Assert.StartsWith("Known before it was predicted", label.Note, StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single((await scene.Show()).Totals).Labelled);
    }

    [Fact]
    public async Task A_correction_takes_out_what_the_label_had_added()
    {
        await using var scene = await LabelScene.Start();
        await scene.Set(Few);
        var ids = await Predict(scene, 20);
        await Label(scene, ids, wrong: [0, 1, 10, 11]);
        await scene.Tick();
        var before = Assert.Single((await scene.Show()).Totals);

        await scene.Post(new { id = ids[0], label = "no" });
        await scene.Tick();
        Assert.Equal(0.85, Assert.Single((await scene.Show()).Totals).Realised.Named("accuracy").Value!.Value, 1e-9);
        await scene.Post(new { id = ids[0], label = "yes" });
        await scene.Tick();

        var after = Assert.Single((await scene.Show()).Totals);
        Assert.Equal(before.Realised.Count, after.Realised.Count);
        foreach (var (one, other) in before.Realised.Zip(after.Realised))
            Assert.Equal(one.Value ?? 0, other.Value ?? 0, 1e-9);
        Assert.Equal((20, 20), (after.Predictions, after.Labelled));
        Assert.Equal(2, (await scene.Events("performance.restated")).Count);
    }

    [Fact]
    public async Task Each_row_of_a_call_has_a_label_of_its_own()
    {
        await using var scene = await LabelScene.Start();
        var id = await LogHost.Call(scene.Server.Admin, """[[60,null,"plus"],[20,null,"basic"]]""");
        await scene.Logged(1);

        await scene.Post(new { id, row = 1, label = "yes" }, new { id, row = 2, label = "no" }, new { id, row = 3, label = "no" });
        await scene.Tick();

        Assert.Equal([OutcomeState.Joined, OutcomeState.Joined, OutcomeState.Waiting], (await scene.Labels()).Select(label => label.State));
        var total = Assert.Single((await scene.Show()).Totals);
        Assert.Equal((2, 2), (total.Predictions, total.Labelled));
    }

    [Fact]
    public async Task Too_few_labels_give_a_sentence_in_place_of_a_number()
    {
        await using var scene = await LabelScene.Start();
        var ids = await Predict(scene, 5);
        await Label(scene, ids, wrong: []);
        await scene.Tick();

        var accuracy = Assert.Single((await scene.Show()).Totals).Realised.Named("accuracy");

        Assert.Null(accuracy.Value);
        Assert.Equal("5 of at least 50 labelled rows.", accuracy.Note);
    }

    [Fact]
    public async Task Each_version_is_counted_for_itself()
    {
        await using var scene = await LabelScene.Start();
        await Predict(scene, 3);
        await ServingHost.Register(scene.Server, bias: 1);
        await ServingHost.Deploy(scene.Server, "churn", "2");
        await Predict(scene, 2, already: 3);

        await scene.Tick();

        Assert.Equal([(1, 3L), (2, 2L)], (await scene.Show()).Totals.Select(total => (total.Version, total.Predictions)));
    }

    /// <summary>Predicts ages from 21 on for one half, all decided negative, and above 60 for the other.</summary>
    private static async Task<List<string>> Predict(LabelScene scene, int calls, int already = 0)
    {
        var ids = new List<string>();
        for (var call = 0; call < calls; call++)
            ids.Add(await scene.Predict(call < calls / 2 ? 21 + call : 61 + call));
        await scene.Logged(already + calls);
        return ids;
    }

    private static Task<LabelsPosted> Label(LabelScene scene, List<string> ids, int[] wrong) =>
        scene.Post([.. ids.Select((id, place) => (object)new { id, label = (place >= ids.Count / 2) != wrong.Contains(place) })]);
}
