using Assay.Inference.Batching;
using Assay.Inference.Models;
using Assay.Inference.Onnx;
using Assay.Inference.Tensors;
using Assay.Learning.Onnx;
using Assay.Tests.Inference.Onnx;

namespace Assay.Tests.Inference;

/// <summary>Calls of a graph of tensors that come at the same time are computed together, and nobody can tell by an answer.</summary>
public sealed class TensorBatchingTests
{
    private const int Callers = 16;
    private const int CallsEach = 100;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_call_gets_the_bits_that_it_gets_alone_whoever_it_was_computed_with()
    {
        using var model = Load(Layers());
        var (waited, together) = (0, 0);
        var batcher = Batcher((inputs, outputs, cancel) => model.Infer(inputs, outputs, cancel));
        await BatchingTests.UntilTried(() => waited > Callers && together > Callers, async caller =>
        {
            var random = new Random(caller);
            for (var call = 0; call < CallsEach; call++)
            {
                // Of two widths, which can't go together.
                var rows = random.Next(1, 4);
                var width = 3 + (caller % 2);
                var x = OperatorModels.Floats("x", [rows, width], [.. Enumerable.Range(0, rows * width).Select(_ => (float)(random.NextDouble() - 0.5) * 100)]);
                var answered = await batcher.Infer(batcher.Fitting([x], ["y"], Cancel)!);
                Interlocked.Add(ref waited, answered.Turn.Began != 0 ? 1 : 0);
                Interlocked.Add(ref together, answered.Turn.Rows > rows ? 1 : 0);
                var alone = await model.Infer([x], null, Cancel);
                Assert.Equal(alone[0].Shape, answered.Outputs[0].Shape);
                Assert.True(alone[0].Bytes.Span.SequenceEqual(answered.Outputs[0].Bytes.Span));
            }
        });
    }

    [Fact]
    public async Task A_call_that_fails_fails_nobody_else()
    {
        var batcher = Batcher((inputs, _, _) => inputs.Any(input => input.Texts().Any(text => text.Length == 0)) ? throw new ModelFailedException("empty") : new(inputs));
        var failed = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var call = 0; call < CallsEach; call++)
            {
                var isBad = (caller + call) % 10 == 0;
                try
                {
                    var answered = await batcher.Infer(batcher.Fitting([OperatorModels.Words("x", [1], isBad ? "" : $"{caller}/{call}")], ["x"], Cancel)!);
                    Assert.Equal($"{caller}/{call}", System.Text.Encoding.UTF8.GetString(answered.Outputs[0].Texts().Single().Span));
                }
                catch (ModelFailedException)
                {
                    Assert.True(isBad);
                    Interlocked.Increment(ref failed);
                }
            }
        }, Cancel)));
        Assert.Equal(Callers * CallsEach / 10, failed);
    }

    [Fact]
    public async Task A_lone_caller_waits_for_nobody()
    {
        var batcher = Batcher((inputs, _, _) => new(inputs));
        var answered = batcher.Infer(batcher.Fitting([OperatorModels.Floats("x", [2], 1, 2)], ["x"], Cancel)!);
        Assert.True(answered.IsCompletedSuccessfully);
        Assert.Equal(new ComputedTurn(0, 2), (await answered).Turn);
        Assert.Null(batcher.Fitting([OperatorModels.Floats("x", [TensorTrial.RowsMax + 1], new float[TensorTrial.RowsMax + 1])], ["y"], Cancel));
    }

    [Theory]
    [InlineData("rows that know of each other")]
    [InlineData("one row of a fixed size")]
    [InlineData("an answer without rows")]
    public void What_would_mix_rows_is_never_batched(string name)
    {
        var graph = new GraphBuilder();
        var x = graph.Input("x", GraphBuilder.Float, name.StartsWith("one", StringComparison.Ordinal) ? 1 : -1, 3);
        if (name.StartsWith("rows", StringComparison.Ordinal))
            graph.AddNamed("Sub", [x, graph.Add("ReduceMean", [x], "", GraphBuilder.WholeNumbers("axes", [0]))], "y");
        else if (name.StartsWith("one", StringComparison.Ordinal))
            graph.AddNamed("Relu", [x], "y");
        else
            graph.AddNamed("ReduceSum", [x, graph.Wholes("axes", 0)], "y", "", GraphBuilder.Whole("keepdims", 0));
        graph.Output("y", GraphBuilder.Float, name.StartsWith("an", StringComparison.Ordinal) ? [-1] : [-1, 3]);
        using var model = Load(graph.Build());
        Assert.False(model.IsBatched);
    }

    // Nothing but row by row, so that every kernel gives the same bits: y = tanh(x) + x.
    private static byte[] Layers()
    {
        var graph = new GraphBuilder();
        var x = graph.Input("x", GraphBuilder.Float, -1, -1);
        graph.AddNamed("Add", [graph.Add("Tanh", [x]), x], "y");
        graph.Output("y", GraphBuilder.Float, -1, -1);
        return graph.Build();
    }

    private static TensorModel Load(byte[] graph) => (TensorModel)ModelLoader.LoadInProcess(new ModelPackage(["model.onnx"], _ => graph));

    private static TensorBatcher Batcher(ComputeTensors compute) => new(compute, turns: 1, TensorTrial.RowsMax, TensorTrial.BytesMax);
}
