using System.Text.Json;
using Assay.Inference.Models;
using Assay.Learning.Onnx;
using Assay.Statistics.Profiles;

namespace Assay.Tests.Inference;

/// <summary>
/// A package with a graph of a few nodes: probability = sigmoid(0.05 age + 0.001 balance + plan's weight + bias), where a
/// missing balance counts as 0 and a missing plan weighs nothing.
/// </summary>
internal static class TinyModel
{
    public static readonly string[] Plans = ["basic", "größer", "plus"];
    private static readonly float[] PlanWeights = [-1f, 0.25f, 1.5f];

    public static readonly ModelSchema Schema = new(
        ModelTask.Classification,
        "churn",
        ["no", "yes"],
        [
            new ModelInput("age", InputType.Number, Nullable: false),
            new ModelInput("balance", InputType.Number, Nullable: true),
            new ModelInput("plan", InputType.Category, Nullable: true, Plans),
        ],
        "probability");

    public static double Expect(double age, double? balance, string? plan, double bias = -2)
    {
        var weight = plan is null ? 0 : PlanWeights[Array.IndexOf(Plans, plan)];
        return 1 / (1 + Math.Exp(-(0.05 * age + 0.001 * (balance ?? 0) + weight + bias)));
    }

    public static InferenceModel Load(float bias = -2)
    {
        var files = Files(bias);
        return InferenceModel.Load(name => files[name]);
    }

    public static Dictionary<string, byte[]> Files(float bias = -2) => new()
    {
        [PackageFiles.Model] = Graph(bias),
        [PackageFiles.Schema] = JsonSerializer.SerializeToUtf8Bytes(Schema, PackageJson.Options),
        [PackageFiles.Baseline] = JsonSerializer.SerializeToUtf8Bytes(Baseline(), PackageJson.Options),
        [PackageFiles.Evaluation] = "{\"metrics\":{\"auc\":0.8}}"u8.ToArray(),
        [PackageFiles.MLmodel] = "flavors: {}\n"u8.ToArray(),
    };

    public static string WriteTo(string folder, float bias = -2)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, bytes) in Files(bias))
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        return folder;
    }

    public static byte[] Graph(float bias)
    {
        var graph = new GraphBuilder();
        var age = graph.FloatInput("age");
        var balance = graph.FloatInput("balance");
        var plan = graph.TextInput("plan");
        var numbers = graph.Add("Concat", [age, balance], "", GraphBuilder.Whole("axis", 1));
        var filled = graph.Add(
            "Imputer",
            [numbers],
            GraphBuilder.MachineLearning,
            GraphBuilder.Numbers("imputed_value_floats", [0, 0]),
            GraphBuilder.Number("replaced_value_float", float.NaN));
        var encoded = graph.Add(
            "OneHotEncoder",
            [plan],
            GraphBuilder.MachineLearning,
            GraphBuilder.Words("cats_strings", Plans),
            GraphBuilder.Whole("zeros", 1));
        var flat = graph.Add("Reshape", [encoded, graph.Wholes("shape", -1, Plans.Length)]);
        var all = graph.Add("Concat", [filled, flat], "", GraphBuilder.Whole("axis", 1));
        var weights = graph.Floats("weights", [0.05f, 0.001f, .. PlanWeights], 5, 1);
        var sum = graph.Add("Add", [graph.Add("MatMul", [all, weights]), graph.Floats("bias", [bias], 1)]);
        graph.AddNamed("Sigmoid", [sum], graph.Free("probability"));
        graph.Output("probability");
        return graph.Build();
    }

    private static BaselineProfile Baseline()
    {
        double[] ages = [.. Enumerable.Range(0, 1000).Select(i => 18 + i % 60)];
        double[] balances = [.. Enumerable.Range(0, 1000).Select(i => i % 10 == 0 ? double.NaN : i * 2.5)];
        string?[] plans = [.. Enumerable.Range(0, 1000).Select(i => i % 20 == 0 ? null : Plans[i % 3])];
        double[] scores = [.. ages.Select((age, i) => Expect(age, double.IsNaN(balances[i]) ? null : balances[i], plans[i]))];
        return new(
            1000,
            [BaselineBuilder.Numbers("age", ages), BaselineBuilder.Numbers("balance", balances), BaselineBuilder.Categories("plan", plans)],
            BaselineBuilder.Numbers("probability", scores));
    }
}
