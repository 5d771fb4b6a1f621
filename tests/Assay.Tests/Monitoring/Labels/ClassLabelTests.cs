using System.Globalization;
using System.Net;
using Assay.Inference.Models;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Performance;
using Assay.Monitoring.Reviews;
using Assay.Tests.Serving;
using Assay.Tests.Serving.PredictionLog;

namespace Assay.Tests.Monitoring.Labels;

/// <summary>Labels and performance of models that answer one of several classes, or a number, without a schema.</summary>
public sealed class ClassLabelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // Probabilities of red, white and rosé, and what was true: 7 of 10 right.
    private static readonly (string Row, string Truth)[] Tasting =
    [
        ("0.7,0.2,0.1", "red"), ("0.6,0.3,0.1", "red"), ("0.8,0.1,0.1", "red"), ("0.5,0.25,0.25", "white"),
        ("0.1,0.8,0.1", "white"), ("0.2,0.6,0.2", "white"), ("0.1,0.7,0.2", "rosé"), ("0.25,0.5,0.25", "white"),
        ("0.1,0.1,0.8", "rosé"), ("0.2,0.2,0.6", "red"),
    ];

    [Fact]
    public async Task Labels_of_several_classes_are_counted_over_all_and_class_by_class()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Table(ClassModels.Wines)));
        await scene.Set(new() { MinimumLabels = 10 });
        await Taste(scene);

        var report = await scene.Show();

        var total = Assert.Single(report.Totals);
        Assert.Equal((ModelTask.Multiclass, 10L, 10L, 1.0), (report.Task, total.Predictions, total.Labelled, total.Coverage!.Value));
        Assert.Equal(0.7, total.Realised.Named("accuracy").Value!.Value, 1e-9);
        // Recall 3/4, 3/4 and 1/2; F1 = 2·hits / (true + answered): 6/8, 6/8 and 2/4.
        Assert.Equal((0.75 + 0.75 + 0.5) / 3, total.Realised.Named("balanced_accuracy").Value!.Value, 1e-9);
        Assert.Equal((0.75 + 0.75 + 0.5) / 3, total.Realised.Named("macro_f1").Value!.Value, 1e-9);
        Assert.Equal((0.4 * 0.75) + (0.4 * 0.75) + (0.2 * 0.5), total.Realised.Named("weighted_f1").Value!.Value, 1e-9);
        double[] given = [0.7, 0.6, 0.8, 0.25, 0.8, 0.6, 0.2, 0.5, 0.8, 0.2];
        Assert.Equal(given.Average(probability => -Math.Log(probability)), total.Realised.Named("log_loss").Value!.Value, 1e-6);
        Assert.All(total.Realised, measure => Assert.True(measure.Low < measure.Value && measure.Value < measure.High, measure.Name));
        var red = total.Classes!.Classes.Single(row => row.Class == "red");
        Assert.Equal((4L, 4L, null, "4 of at least 10 rows of the class."), (red.Predictions, red.Labelled, red.Recall.Value, red.Recall.Note));
        Assert.Equal(
            [("red", "red", 3L), ("red", "rosé", 1L), ("rosé", "rosé", 1L), ("rosé", "white", 1L), ("white", "red", 1L), ("white", "white", 3L)],
            total.Classes.Matrix.Select(cell => (cell.Truth, cell.Predicted, cell.Rows)).Order());
    }

    [Fact]
    public async Task Before_labels_the_share_of_right_answers_is_estimated_from_how_sure_they_were()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Maps(ClassModels.Wines)));
        await scene.Set(new() { MinimumLabels = 10 });
        foreach (var (row, _) in Tasting)
            await LogHost.Call(scene.Server.Admin, $"[[{row}]]");
        await scene.Logged(10);
        await scene.Tick();

        var report = await scene.Show();

        var total = Assert.Single(report.Totals);
        Assert.Equal(["accuracy", "balanced_accuracy", "macro_f1"], total.Estimated.Select(measure => measure.Name));
        var estimated = total.Estimated.Named("accuracy");
        var byClass = total.Classes!.Estimated!;
        Assert.Equal(10, byClass.Matrix.Sum(cell => cell.Rows), 1e-6);
        Assert.Equal(0.66, byClass.Matrix.Where(cell => cell.Truth == cell.Predicted).Sum(cell => cell.Rows) / 10, 0.02);
        Assert.Equal(total.Estimated.Named("macro_f1").Value!.Value, byClass.Classes.Average(row => row.F1.Value!.Value), 1e-9);
        Assert.Equal(0.66, estimated.Value!.Value, 0.01);   // the mean of the largest probabilities; bins of log-odds round them
        Assert.True(estimated.Low < 0.66 && estimated.High > 0.66);
        Assert.Null(report.Totals[0].Realised.Named("accuracy").Value);
        Assert.Contains(report.Notes, note => note.Contains("can see concept drift", StringComparison.Ordinal));
        Assert.Contains(report.Notes, note => note.Contains("says nothing of held-out rows", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Late_twice_and_corrected_labels_restate_the_past_from_files_too()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Table(ClassModels.Wines)));
        await scene.Set(new() { MinimumLabels = 10 });
        var ids = await Taste(scene);
        var file = Assert.Single(await LogHost.Files(scene.Server));
        var kept = LogHost.Ask(await LogHost.Download(scene.Server.Admin, file.Id), "SELECT class, prediction, \"probability_white\" FROM $file ORDER BY prediction DESC, class LIMIT 1");
        Assert.Equal(["red", 0.8f, 0.1f], Assert.Single(kept));
        var late = await LogHost.Call(scene.Server.Admin, "[[0.9,0.05,0.05]]");
        await scene.Logged(11);
        Assert.Equal(2, (await LogHost.Files(scene.Server)).Count);

        await scene.Post(new { id = ids[9], label = "rosé" }, new { id = ids[0], label = "red" }, new { id = late, label = "red" });
        await scene.Tick();

        var total = Assert.Single((await scene.Show()).Totals);
        Assert.Equal((11L, 11L), (total.Predictions, total.Labelled));
        Assert.Equal(9 / 11.0, total.Realised.Named("accuracy").Value!.Value, 1e-9);
        Assert.DoesNotContain(total.Classes!.Matrix, cell => (cell.Truth, cell.Predicted) == ("red", "rosé"));
        double[] given = [0.7, 0.6, 0.8, 0.25, 0.8, 0.6, 0.2, 0.5, 0.8, 0.6, 0.9];
        Assert.Equal(given.Average(probability => -Math.Log(probability)), total.Realised.Named("log_loss").Value!.Value, 1e-6);
        Assert.Single(await scene.Events("performance.restated"));
        var listed = (await scene.Labels()).Single(label => label.Id == ids[9]);
        Assert.Equal(("rosé", "rosé", 1), (listed.Label, listed.PredictedClass, listed.Corrections));
    }

    [Fact]
    public async Task A_version_that_knows_other_classes_in_another_order_is_counted_by_their_names()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Table(ClassModels.Wines)));
        await scene.Set(new() { MinimumLabels = 10 });
        var former = await LogHost.Call(scene.Server.Admin, "[[0.7,0.2,0.1]]");
        await MlflowPackages.Register(scene.Server, "wine", ("model.onnx", ClassModels.Table("orange", "rosé", "red")));
        await ServingHost.Deploy(scene.Server, "churn", "2", "wine");
        var newer = await LogHost.Call(scene.Server.Admin, "[[0.1,0.8,0.1]]");
        await scene.Logged(2);
        await scene.Post(new { id = former, label = "red" }, new { id = newer, label = "orange" });
        await scene.Tick();

        var totals = (await scene.Show()).Totals;

        Assert.Equal(
            [(1, "red", "red"), (2, "orange", "rosé")],
            totals.Select(total => (total.Version, total.Classes!.Matrix.Single().Truth, total.Classes.Matrix.Single().Predicted)));
        await scene.Post(new { id = former, label = "orange" });   // which the former version doesn't know
        await scene.Tick();
        var first = (await scene.Show()).Totals[0].Classes!;
        Assert.Equal(new ConfusionCell("other classes", "red", 1), Assert.Single(first.Matrix));
    }

    [Fact]
    public async Task Labels_that_show_a_fall_below_the_held_out_accuracy_raise_an_alert()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Table(ClassModels.Wines)), ("evaluation.json", ClassModels.Evaluation(0.95)));
        await scene.Set(new() { MinimumLabels = 10, MaxDrop = 0.1 });
        var ids = new List<string>();
        for (var call = 0; call < 30; call++)
            ids.Add(await LogHost.Call(scene.Server.Admin, "[[0.9,0.05,0.05]]"));
        await scene.Logged(30);
        await scene.Post([.. ids.Select((id, place) => (object)new { id, label = place % 3 == 0 ? "white" : "red" })]);
        await scene.Tick();

        var alert = Assert.Single((await scene.Get<Page<AlertSummary>>("/api/v1/alerts")).Items, alert => alert.Source == AlertSources.Performance);

        Assert.StartsWith("Labels show accuracy 0.667", alert.Summary, StringComparison.Ordinal);
        Assert.Contains("held-out rows had 0.95, bound 0.85.", alert.Summary, StringComparison.Ordinal);
        var contested = (await scene.Get<Page<ReviewSummary>>("/api/v1/endpoints/churn/reviews")).Items.First(review => review.Kind == ReviewKind.Contested);
        Assert.Equal(("red", 0.9), (contested.Class, Math.Round(contested.Score, 4)));
    }

    [Fact]
    public async Task A_class_without_probabilities_has_labels_and_says_what_it_cannot_tell()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Label(ClassModels.Wines)));
        await scene.Set(new() { MinimumLabels = 10 });
        await Taste(scene);

        var total = Assert.Single((await scene.Show()).Totals);

        Assert.Equal(0.7, total.Realised.Named("accuracy").Value!.Value, 1e-9);
        Assert.Equal("The log has no probabilities of every class.", total.Realised.Named("log_loss").Note);
        Assert.Empty(total.Estimated);
    }

    [Fact]
    public async Task Names_beside_a_graph_that_tells_none_make_its_probabilities_classes()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Nameless(3)), ("classes.json", """["red","white","rosé"]"""u8.ToArray()));
        await scene.Set(new() { MinimumLabels = 10 });
        await Taste(scene);

        Assert.Equal(0.7, Assert.Single((await scene.Show()).Totals).Realised.Named("accuracy").Value!.Value, 1e-9);
    }

    [Fact]
    public async Task Two_classes_with_probabilities_are_counted_as_a_binary_classifier()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Table("no", "yes")));
        await scene.Set(new() { MinimumLabels = 10 });
        var ids = new List<string>();
        for (var call = 0; call < 12; call++)
            ids.Add(await LogHost.Call(scene.Server.Admin, call < 6 ? "[[0.8,0.2]]" : "[[0.3,0.7]]"));
        await scene.Logged(12);
        await scene.Post([.. ids.Select((id, place) => (object)new { id, label = place >= 6 })]);
        await scene.Tick();

        var report = await scene.Show();

        Assert.Equal(ModelTask.Classification, report.Task);
        Assert.Equal((1.0, 1.0), (report.Totals[0].Realised.Named("accuracy").Value!.Value, report.Totals[0].Realised.Named("auc").Value!.Value));
        Assert.Null(report.Totals[0].Classes);
    }

    [Fact]
    public async Task A_graph_that_answers_one_number_has_the_measures_of_a_regression()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Number()));
        await scene.Set(new() { MinimumLabels = 10 });
        var ids = new List<string>();
        for (var call = 0; call < 12; call++)
            ids.Add(await LogHost.Call(scene.Server.Admin, string.Create(CultureInfo.InvariantCulture, $"[[{call}]]")));
        await scene.Logged(12);
        await scene.Post([.. ids.Select((id, place) => (object)new { id, label = place + (place % 2 == 0 ? 1 : -3) })]);
        await scene.Tick();

        var total = Assert.Single((await scene.Show()).Totals);

        Assert.Equal(2, total.Realised.Named("mae").Value!.Value, 1e-6);
        Assert.Equal(1, total.Realised.Named("bias").Value!.Value, 1e-6);
    }

    [Fact]
    public async Task What_cannot_be_compared_with_labels_is_refused_and_says_why()
    {
        await using var scene = await LabelScene.Of(("model.onnx", ClassModels.Table(ClassModels.Wines)));
        using var unknown = await scene.Send("""[{"id":"a","label":"beer"}]""");
        Assert.Equal((HttpStatusCode.BadRequest, "The model knows no class 'beer'. A label is one of 'red', 'white', 'rosé'."), (unknown.StatusCode, await ServingHost.Detail(unknown)));
        using var segments = await scene.Server.Admin.PutAsync(
            "/api/v1/endpoints/churn/performance-settings", new StringContent("""{"segments":["x"]}""", System.Text.Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, segments.StatusCode);
        Assert.StartsWith("Rows are told apart by the columns of a table", await ServingHost.Detail(segments), StringComparison.Ordinal);
        using var dataset = await scene.Server.Admin.PostAsync(
            "/api/v1/endpoints/churn/labelled-datasets", new StringContent("""{"dataset":"wines"}""", System.Text.Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.Conflict, dataset.StatusCode);
        Assert.Contains("takes tensors, which the log keeps as JSON", await ServingHost.Detail(dataset), StringComparison.Ordinal);

        await MlflowPackages.Register(scene.Server, "picture", ("model.onnx", ClassModels.Nameless(3)));
        await ServingHost.Deploy(scene.Server, "churn", "1", "picture");
        using var nameless = await scene.Send("""[{"id":"a","label":"red"}]""");
        Assert.Equal(HttpStatusCode.Conflict, nameless.StatusCode);
        Assert.Contains("neither a number nor a class whose name is known for each row", await ServingHost.Detail(nameless), StringComparison.Ordinal);
    }

    private static async Task<List<string>> Taste(LabelScene scene)
    {
        var ids = new List<string>();
        foreach (var (row, _) in Tasting)
            ids.Add(await LogHost.Call(scene.Server.Admin, $"[[{row}]]"));
        await scene.Logged(Tasting.Length);
        await scene.Post([.. ids.Zip(Tasting, (id, row) => (object)new { id, label = row.Truth })]);
        await scene.Tick();
        return ids;
    }
}
