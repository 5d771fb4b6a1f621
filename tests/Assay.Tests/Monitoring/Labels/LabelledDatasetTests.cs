using System.Net;
using System.Net.Http.Json;
using Assay.Data;
using Assay.Data.Lineage;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Labels.Tables;
using Assay.Monitoring.Monitors;
using Assay.Tests.Serving;
using Assay.Tests.Serving.PredictionLog;

namespace Assay.Tests.Monitoring.Labels;

/// <summary>Versions of datasets that are made of labelled predictions.</summary>
public sealed class LabelledDatasetTests
{
    private const string Path = "/api/v1/endpoints/churn/labelled-datasets";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Labelled_predictions_become_a_version_with_their_inputs_and_labels_and_the_same_rows_no_second_one()
    {
        await using var scene = await LabelScene.Start();
        var (first, second, _) = (await scene.Predict(36), await scene.Predict(60, "plus"), await scene.Predict(50));
        await scene.Logged(3);
        await scene.Post(new { id = first, label = "yes" }, new { id = second, label = "no" });
        await scene.Tick();

        var made = await Make(scene);

        Assert.Equal(("labelled", 1, true, 2L, 0L), (made.Dataset, made.Version, made.IsNew, made.Rows, made.LeftOut));
        Assert.Equal(("churn", 1, 2L), (made.Predicted[0].Model, made.Predicted[0].Version, made.Predicted[0].Rows));
        Assert.Equal(
            ["age,balance,plan,churn", "36,,größer,yes", "60,,plus,no"],
            (await scene.Server.Admin.GetStringAsync("/api/v1/datasets/labelled/versions/1/content", Cancel)).TrimEnd().Split('\n'));
        Assert.Equal((1, false), await Make(scene) is var again ? (again.Version, again.IsNew) : default);

        await scene.Post(new { id = second, label = "yes" });
        await scene.Tick();
        await LogHost.Files(scene.Server);   // from a file as from what is in none yet

        Assert.Equal((2, true), await Make(scene) is var corrected ? (corrected.Version, corrected.IsNew) : default);
        Assert.EndsWith("60,,plus,yes\n", await scene.Server.Admin.GetStringAsync("/api/v1/datasets/labelled/versions/2/content", Cancel), StringComparison.Ordinal);
        Assert.Equal(2, (await scene.Events("labels.dataset-made")).Count);
        Assert.Equal([2, 1], (await scene.Get<List<LabelledDatasetSummary>>(Path)).Select(one => one.Version));
    }

    [Fact]
    public async Task The_version_names_the_endpoint_and_the_version_of_the_model_that_predicted()
    {
        await using var scene = await LabelScene.Start();
        await Labelled(scene, 2);
        await Make(scene);

        var before = await scene.Get<LineageGraph>("/api/v1/lineage?of=datasets:/labelled/1&direction=before");
        var after = await scene.Get<LineageGraph>("/api/v1/lineage?of=models:/churn/1&direction=after");

        Assert.Contains(new LineageEdge("endpoints:/churn", "datasets:/labelled/1", "labelled predictions"), before.Edges);
        Assert.Contains(new LineageEdge("models:/churn/1", "datasets:/labelled/1", "predicted 2 rows"), before.Edges);
        Assert.Contains(new LineageEdge("models:/churn/1", "datasets:/labelled/1", "predicted 2 rows"), after.Edges);
    }

    [Fact]
    public async Task The_newest_rows_are_taken_where_there_are_more_than_wanted_and_those_of_the_time_that_is_asked_for()
    {
        await using var scene = await LabelScene.Start();
        await Labelled(scene, 4);

        var made = await Make(scene, new("labelled", RowsMax: 3));

        Assert.Equal(3, made.Rows);
        Assert.DoesNotContain("\n30,", await scene.Server.Admin.GetStringAsync("/api/v1/datasets/labelled/versions/1/content", Cancel), StringComparison.Ordinal);
        Assert.Contains("has a label and is in the log", await Refused(scene, new("labelled", To: DateTimeOffset.UtcNow.AddDays(-1)), HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.Contains("begins after it ends", await Refused(scene, new("labelled", DateTimeOffset.UtcNow.AddDays(2)), HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_log_masks_is_refused_with_the_input_and_the_remedy_and_holds_back_the_loop()
    {
        await using var scene = await LabelScene.Start();
        await Labelled(scene, 2);
        await Put(scene.Server.Admin, "/api/v1/monitors/churn", new MonitorSettings(Retrain: new("labelled", FromLabels: true)), HttpStatusCode.OK);
        Assert.Null((await scene.Get<RetrainingList>("/api/v1/monitors/churn/retrainings")).Held);
        await Put(scene.Server.Admin, "/api/v1/endpoints/churn/prediction-log", new { hash = new[] { "plan" } }, HttpStatusCode.OK);

        const string Sentence = "leaves out or hashes 'plan', and what is masked can't be trained on";
        Assert.Contains(Sentence, await Refused(scene, new("labelled"), HttpStatusCode.Conflict), StringComparison.Ordinal);
        Assert.Contains(Sentence, (await scene.Get<RetrainingList>("/api/v1/monitors/churn/retrainings")).Held, StringComparison.Ordinal);

        // Kept in clear again, what was logged in between still lacks the input: the newest part says so, and an older one is left out.
        await scene.Predict(70, id: "masked");
        await scene.Logged(3);
        await scene.Post(new { id = "masked", label = true });
        await scene.Tick();
        await Put(scene.Server.Admin, "/api/v1/endpoints/churn/prediction-log", new { }, HttpStatusCode.OK);
        Assert.Contains(Sentence, await Refused(scene, new("labelled"), HttpStatusCode.Conflict), StringComparison.Ordinal);
        await scene.Predict(71, id: "clear");
        await scene.Logged(4);
        await scene.Post(new { id = "clear", label = true });
        await scene.Tick();

        var made = await Make(scene);
        Assert.Equal((3L, 1L), (made.Rows, made.LeftOut));
        Assert.Contains("1 labelled rows were left out", made.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_takes_the_rights_to_read_the_log_and_to_add_to_the_dataset_by_hand_as_in_the_loop()
    {
        await using var scene = await LabelScene.Start();
        await Labelled(scene, 2);
        using var viewer = await scene.Server.Client("viewer");
        using var denied = await viewer.PostAsJsonAsync(Path, new MakeDatasetRequest("labelled"), AssayJson.Options, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);

        using var unnamed = await scene.Server.Admin.PostAsJsonAsync(Path, new { dataset = "" }, AssayJson.Options, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, unnamed.StatusCode);
    }

    private static async Task Labelled(LabelScene scene, int rows)
    {
        for (var row = 0; row < rows; row++)
            await scene.Predict(30 + row, id: $"row-{row}");
        await scene.Logged(rows);
        await scene.Post([.. Enumerable.Range(0, rows).Select(row => (object)new { id = $"row-{row}", label = row % 2 == 0 })]);
        await scene.Tick();
    }

    private static async Task<MadeDataset> Make(LabelScene scene, MakeDatasetRequest? request = null)
    {
        using var answer = await scene.Server.Admin.PostAsJsonAsync(Path, request ?? new("labelled"), AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<MadeDataset>(AssayJson.Options, Cancel))!;
    }

    private static async Task<string> Refused(LabelScene scene, MakeDatasetRequest request, HttpStatusCode status)
    {
        using var answer = await scene.Server.Admin.PostAsJsonAsync(Path, request, AssayJson.Options, Cancel);
        Assert.Equal(status, answer.StatusCode);
        return await ServingHost.Detail(answer);
    }

    private static async Task Put<T>(HttpClient client, string path, T body, HttpStatusCode status)
    {
        using var answer = await client.PutAsJsonAsync(path, body, AssayJson.Options, Cancel);
        Assert.Equal(status, answer.StatusCode);
    }
}
