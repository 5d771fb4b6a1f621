using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Learning.Onnx;
using Assay.Learning.Trainers;
using Assay.Statistics.Profiles;
using static Assay.Learning.Onnx.GraphBuilder;

namespace Assay.InferenceBench;

/// <summary>
/// A package of realistic size with random numbers in it: as many number and category columns as asked for, encoded as
/// the exporter does, into 100 trees of 31 leaves, a linear function, or a network of two layers.
/// </summary>
internal sealed class WideModel
{
    private static readonly string[] Categories = ["Fiber optic", "No", "Yes"];
    private readonly Random _random = new(20);
    private readonly int _numbers;
    private readonly int _categories;

    public WideModel(int numbers, int categories, bool trees, int hidden = 0)
    {
        (_numbers, _categories) = (numbers, categories);
        Schema = new(
            ModelTask.Classification,
            "label",
            ["no", "yes"],
            [
                .. Enumerable.Range(0, numbers).Select(i => new ModelInput(Name("number", i), InputType.Number, Nullable: true)),
                .. Enumerable.Range(0, categories).Select(i => new ModelInput(Name("category", i), InputType.Category, Nullable: true, Categories)),
            ],
            "probability");
        var width = numbers + categories * Categories.Length;
        Graph = hidden > 0 ? Write((graph, vector) => Network(graph, vector, width, hidden))
            : Write((graph, vector) => ScoreGraph.WriteSingle(graph, trees ? Trees(width) : Linear(width), vector, width));
    }

    public ModelSchema Schema { get; }

    public byte[] Graph { get; }

    public byte[] File(string name) => name switch
    {
        PackageFiles.Model => Graph,
        PackageFiles.Schema => JsonSerializer.SerializeToUtf8Bytes(Schema, PackageJson.Options),
        PackageFiles.Baseline => JsonSerializer.SerializeToUtf8Bytes(Baseline(), PackageJson.Options),
        _ => throw new FileNotFoundException($"There is no {name}."),
    };

    /// <summary>A request's body with random rows, the same for the same seed.</summary>
    public byte[] Body(int rows, int seed)
    {
        var random = new Random(seed);
        return Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, rows).Select(_ => Row(random)))}]");
    }

    private string Row(Random random) => $"[{string.Join(',', Schema.Inputs.Select(input => Value(input, random)))}]";

    private static string Value(ModelInput input, Random random) => random.Next(50) == 0 ? "null"
        : input.Type == InputType.Category ? $"\"{Categories[random.Next(Categories.Length)]}\""
        : Math.Round(random.NextDouble() * 4 - 2, 4).ToString(CultureInfo.InvariantCulture);

    private byte[] Write(Func<GraphBuilder, string, string> score)
    {
        var graph = new GraphBuilder();
        foreach (var input in Schema.Inputs)
            _ = input.Type == InputType.Number ? graph.FloatInput(input.Name) : graph.TextInput(input.Name);
        List<string> parts = [WriteNumbers(graph)];
        if (_categories > 0)
            parts.Add(WriteCategories(graph));
        var vector = graph.Add("Concat", parts, "", Whole("axis", 1));
        graph.AddNamed("Sigmoid", [score(graph, vector)], graph.Free(Schema.Output));
        graph.Output(Schema.Output);
        return graph.Build();
    }

    private string WriteNumbers(GraphBuilder graph)
    {
        var raw = graph.Add("Concat", Enumerable.Range(0, _numbers).Select(i => Name("number", i)), "", Whole("axis", 1));
        return graph.Add(
            "Imputer", [raw], MachineLearning, Numbers("imputed_value_floats", new float[_numbers]), Number("replaced_value_float", float.NaN));
    }

    private string WriteCategories(GraphBuilder graph)
    {
        List<string> slots = [.. Enumerable.Range(0, _categories).Select(i => graph.Add(
            "OneHotEncoder", [Name("category", i)], MachineLearning, Words("cats_strings", Categories), Whole("zeros", 1)))];
        return graph.Add("Reshape", [graph.Add("Concat", slots, "", Whole("axis", 2)), graph.Wholes("shape", -1, _categories * Categories.Length)]);
    }

    private string Network(GraphBuilder graph, string vector, int width, int hidden)
    {
        var first = Layer(graph, vector, width, hidden);
        var second = Layer(graph, graph.Add("Relu", [first]), hidden, hidden);
        return Layer(graph, graph.Add("Relu", [second]), hidden, 1);
    }

    private string Layer(GraphBuilder graph, string values, int from, int to)
    {
        float[] weights = [.. Enumerable.Range(0, from * to).Select(_ => (float)((_random.NextDouble() - 0.5) / Math.Sqrt(from)))];
        return graph.Add("Gemm", [values, graph.Floats("weights", weights, from, to), graph.Floats("bias", new float[to], to)]);
    }

    private LinearScore Linear(int width) => new([.. Enumerable.Range(0, width).Select(_ => _random.NextDouble() - 0.5)], 0.1);

    private TreesScore Trees(int width) => new([.. Enumerable.Range(0, 100).Select(_ => Tree(width))], 0.05);

    // A complete tree of 31 leaves: node i has the children 2i + 1 and 2i + 2, and a child past the nodes is a leaf.
    private DecisionTree Tree(int width)
    {
        const int Nodes = 30;
        static int Child(int place) => place < Nodes ? place : ~(place - Nodes);
        return new(
            [.. Enumerable.Range(0, Nodes).Select(_ => _random.Next(width))],
            [.. Enumerable.Range(0, Nodes).Select(_ => (float)(_random.NextDouble() * 2 - 1))],
            [.. Enumerable.Range(0, Nodes).Select(i => Child(2 * i + 1))],
            [.. Enumerable.Range(0, Nodes).Select(i => Child(2 * i + 2))],
            [.. Enumerable.Range(0, Nodes + 1).Select(_ => _random.NextDouble() / 5 - 0.1)],
            Rows(Nodes));
    }

    // How the training rows parted, for explanations: at random, some at each node to either side.
    private int[] Rows(int nodes)
    {
        var rows = new int[2 * nodes + 1];
        rows[0] = 1 << 20;
        for (var place = 0; place < nodes; place++)
        {
            rows[2 * place + 1] = (int)(rows[place] * (0.2 + 0.6 * _random.NextDouble()));
            rows[2 * place + 2] = rows[place] - rows[2 * place + 1];
        }

        return rows;
    }

    private BaselineProfile Baseline()
    {
        var random = new Random(7);
        double[] values = [.. Enumerable.Range(0, 2000).Select(_ => random.NextDouble() * 4 - 2)];
        string?[] texts = [.. Enumerable.Range(0, 2000).Select(_ => Categories[random.Next(Categories.Length)])];
        return new(
            2000,
            [.. Schema.Inputs.Select(input => input.Type == InputType.Number
                ? BaselineBuilder.Numbers(input.Name, values)
                : BaselineBuilder.Categories(input.Name, texts))],
            BaselineBuilder.Numbers(Schema.Output, [.. values.Select(value => (value + 2) / 4)]));
    }

    private static string Name(string kind, int i) => $"{kind}{i.ToString(CultureInfo.InvariantCulture)}";
}
