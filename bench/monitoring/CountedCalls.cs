using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Assay.Inference.Counts;
using Assay.Inference.Models;
using Assay.Inference.Tensors;
using Assay.Learning.Onnx;
using static Assay.Learning.Onnx.GraphBuilder;

namespace Assay.MonitoringBench;

/// <summary>
/// What counting the inputs and answers of a call costs, beside what its graph computes on the same core: the share of that alone,
/// so without the request's reading, way and answer, which make the true share smaller.
/// </summary>
internal static class CountedCalls
{
    private const double ShareBar = 0.01;   // of one core, while as much is counted as the budget allows
    private const int RowsOfFlush = 2000;

    private static double _worst;

    public static bool Run(bool small)
    {
        Console.WriteLine("Calls of graphs, programs and servers elsewhere, one thread, nanoseconds per call");
        var rounds = small ? 2000 : 20_000;
        Print("1 row of 8 numbers", rounds, Network(8, 32), Numbers(1, 8));
        Print("1 row of 64 numbers", rounds, Network(64, 64), Numbers(1, 64));
        Print("100 rows of 8 numbers", rounds / 10, Network(8, 32), Numbers(100, 8));
        Print("1,000 rows of 64 numbers", rounds / 100, Network(64, 64), Numbers(1000, 64));
        Print("an image of 3 × 224 × 224", rounds / 100, Image(), Numbers(1, 3, 224, 224));
        Bodies(rounds);
        PastBudget(rounds);
        var share = _worst * ValueBudget.OfSecond / 1e9;
        return Bar.Print($"the dearest value {_worst:N0} ns, {ValueBudget.OfSecond:N0} a second, of one core", $"{share:P2}", $"{ShareBar:P0}", share <= ShareBar);
    }

    // Each call has a budget of its own, so that none is left out.
    private static void Print(string what, int rounds, byte[] graph, NamedTensor input)
    {
        using var model = ModelLoader.LoadInProcess(new ModelPackage(["model.onnx"], _ => graph));
        NamedTensor[] inputs = [input];
        var answer = Answer(model, inputs);
        var asked = Best(rounds, () => Answer(model, inputs));
        var score = model.CountedAnswer is { } counted ? new AnswerCounts(counted) : null;
        var answers = score is null ? 0 : Best(rounds, () => score.Add(answer));
        var series = new TensorCounts(model.Signature.Inputs, null, isAnswer: false, 64, new ValueBudget(new Racing()));
        var rows = 0L;
        var ofInputs = Best(rounds, () =>
        {
            series.Add(inputs);
            rows += input.Shape[0];
            if (rows >= RowsOfFlush)   // as the monitors' clock takes them
                (rows, _) = (0, series.Take().Count());
        });
        if (input.Shape.Count == 2)
            _worst = Math.Max(_worst, ofInputs / Math.Min(input.Count, ValueBudget.OfTensor));
        Console.WriteLine($"  {what,-28} inputs {ofInputs,10:N0}   answer {answers,9:N0}   computing {asked,12:N0}   share {(ofInputs + answers) / (asked + ofInputs + answers),7:P1}");
    }

    private static void Bodies(int rounds)
    {
        var body = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { inputs = new { age = Enumerable.Range(20, 10), plan = Enumerable.Repeat("plus", 10) } }));
        var answer = Encoding.UTF8.GetBytes("""{"predictions":[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0]}""");
        var read = Best(rounds / 10, () =>
        {
            PassedTensors.Read(body, [], "inputs");
            PassedTensors.Read(answer, [], "predictions");
        });
        Console.WriteLine($"  a program's body of 10 rows  read   {read,10:N0}   (a call to a program takes a millisecond and more)");
    }

    private static void PastBudget(int rounds)
    {
        var counts = new CallCounts(new([new("x", "FP32", [-1, 64])], [new("y", "FP32", [-1, 1])]), null, null);
        NamedTensor[] inputs = [Numbers(1, 64)], answer = [Numbers(1, 1)];
        Console.WriteLine($"  past the budget of a second  {Best(10 * rounds, () => counts.Add(inputs, answer)),17:N0}");
    }

    private static List<NamedTensor> Answer(ServedModel model, NamedTensor[] inputs) =>
        [.. model.Infer(inputs, null, CancellationToken.None).AsTask().GetAwaiter().GetResult()];

    private static double Best(int rounds, Action call)
    {
        var best = double.PositiveInfinity;
        for (var repeat = 0; repeat < 5; repeat++)
        {
            var watch = Stopwatch.StartNew();
            for (var round = 0; round < rounds; round++)
                call();
            best = Math.Min(best, watch.Elapsed.TotalNanoseconds / rounds);
        }

        return best;
    }

    private static NamedTensor Numbers(params long[] shape)
    {
        var random = new Random(1);
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var at = 0; at < values.Length; at++)
            values[at] = random.NextSingle();
        return NamedTensor.Of("x", TensorType.Fp32, shape, values);
    }

    // Two layers, as a network over a table has them at least.
    private static byte[] Network(int width, int hidden)
    {
        var graph = new GraphBuilder();
        graph.AddNamed("MatMul", [graph.Input("x", Float, -1, width), graph.Floats("first", new float[width * hidden], width, hidden)], "between");
        graph.AddNamed("Relu", ["between"], "bent");
        graph.AddNamed("MatMul", ["bent", graph.Floats("second", new float[hidden], hidden, 1)], "y");
        graph.Output("y", Float, -1, 1);
        return graph.Build();
    }

    // The mean of an image's colors: far less than any network computes.
    private static byte[] Image()
    {
        var graph = new GraphBuilder();
        graph.AddNamed("GlobalAveragePool", [graph.Input("x", Float, -1, 3, 224, 224)], "y");
        graph.Output("y", Float, -1, 3, 1, 1);
        return graph.Build();
    }

    // Time goes so fast that each second is another one.
    private sealed class Racing : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now++;
    }
}
