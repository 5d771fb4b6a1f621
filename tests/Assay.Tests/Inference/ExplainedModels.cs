using Assay.Inference.Models;
using Assay.Learning;
using Assay.Learning.Features;
using Assay.Learning.Labels;
using Assay.Learning.Onnx;
using Assay.Learning.Trainers;
using Assay.Statistics.Profiles;
using Assay.Tests.Learning;

namespace Assay.Tests.Inference;

/// <summary>Packages of every kind of model that explanations tell apart.</summary>
internal static class ExplainedModels
{
    /// <summary>A model that a trainer fitted to made-up rows, with or without counts of the training rows in its trees.</summary>
    public static async Task<Dictionary<string, byte[]>> Trained(string trainer, ModelTask task, bool counted = true)
    {
        var (label, other) = task == ModelTask.Classification ? ("churn", "amount") : ("amount", "churn");
        var table = Tables.Mixed();
        var read = Label.Read(table, label, task);
        var rows = new LearningRows(task, FeatureReader.Read(table, label, [other]).Features, read.Values);
        int[] train = [.. Enumerable.Range(0, 1000)];
        var model = await TrainedModel.Fit(
            AllTrainers.For(task, 1000, seed: 20).Single(each => each.Name == trainer), rows, train, 20, TestContext.Current.CancellationToken);
        var (graph, output) = OnnxExporter.Export(model, rows, counted ? train : []);
        var schema = new ModelSchema(task, label, read.Classes, [.. rows.Features.Select(Assay.Learning.Packaging.Profiling.InputOf)], output);
        return Files(graph, schema, Assay.Learning.Packaging.Profiling.Baseline(rows, train, output, model.Predict(rows, train)));
    }

    /// <summary>A graph that multiplies inputs with each other, which no sum over inputs says: sigmoid(2e-5 · age · balance · (1 + plus)).</summary>
    public static Dictionary<string, byte[]> BlackBox()
    {
        var graph = new GraphBuilder();
        var (age, balance, plan) = (graph.FloatInput("age"), graph.FloatInput("balance"), graph.TextInput("plan"));
        var known = graph.Add("Imputer", [balance], GraphBuilder.MachineLearning, GraphBuilder.Numbers("imputed_value_floats", [0]), GraphBuilder.Number("replaced_value_float", float.NaN));
        var isPlus = graph.Add("Reshape", [
            graph.Add("OneHotEncoder", [plan], GraphBuilder.MachineLearning, GraphBuilder.Words("cats_strings", ["plus"]), GraphBuilder.Whole("zeros", 1)),
            graph.Wholes("shape", -1, 1)]);
        var grown = graph.Add("Mul", [graph.Add("Mul", [age, known]), graph.Floats("factor", [2e-5f], 1)]);
        graph.AddNamed("Sigmoid", [graph.Add("Add", [grown, graph.Add("Mul", [isPlus, grown])])], graph.Free("probability"));
        graph.Output("probability");
        var files = TinyModel.Files();
        files[PackageFiles.Model] = graph.Build();
        return files;
    }

    public static Dictionary<string, byte[]> Files(byte[] graph, ModelSchema schema, BaselineProfile baseline) => new()
    {
        [PackageFiles.Model] = graph,
        [PackageFiles.Schema] = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(schema, PackageJson.Options),
        [PackageFiles.Baseline] = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(baseline, PackageJson.Options),
    };
}
