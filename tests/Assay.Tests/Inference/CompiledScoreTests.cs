using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Learning.Onnx;
using Assay.Learning.Trainers;
using Assay.Statistics.Profiles;

namespace Assay.Tests.Inference;

/// <summary>Trees and weights that are computed without the runtime give the runtime's own bits, or are left to it.</summary>
public sealed class CompiledScoreTests
{
    private const int RowCount = 700;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("light-gbm", ModelTask.Classification)]
    [InlineData("light-gbm", ModelTask.Regression)]
    [InlineData("fast-tree", ModelTask.Classification)]
    [InlineData("fast-tree", ModelTask.Regression)]
    [InlineData("logistic-regression", ModelTask.Classification)]
    [InlineData("linear-regression", ModelTask.Regression)]
    public async Task Trained_models_are_compiled_and_give_the_runtimes_bits(string trainer, ModelTask task)
    {
        var files = await ExplainedModels.Trained(trainer, task);
        using var model = InferenceModel.Load(name => files[name]);
        Assert.True(model.IsCompiled);

        using var rows = RandomRows(model);
        Assert.Equal(ByRuntime(files[PackageFiles.Model], model.Schema, rows), Bits(model.Predict(rows, Cancel)));
    }

    // More columns than the runtime adds up in one go.
    [Theory]
    [InlineData(3, false)]
    [InlineData(300, false)]
    [InlineData(900, false)]
    [InlineData(300, true)]
    [InlineData(1200, true)]
    public void Weights_of_many_columns_are_compiled_and_give_the_runtimes_bits(int columns, bool inDouble)
    {
        var files = LinearModel(columns, inDouble);
        using var model = InferenceModel.Load(name => files[name]);
        Assert.True(model.IsCompiled);

        using var rows = RandomRows(model);
        Assert.Equal(ByRuntime(files[PackageFiles.Model], model.Schema, rows), Bits(model.Predict(rows, Cancel)));
    }

    [Theory]
    [InlineData("light-gbm")]
    [InlineData("logistic-regression")]
    public async Task A_row_gives_the_same_bits_alone_and_among_others(string trainer)
    {
        var files = await ExplainedModels.Trained(trainer, ModelTask.Classification);
        using var model = InferenceModel.Load(name => files[name]);
        using var rows = RandomRows(model);
        var together = Bits(model.Predict(rows, Cancel));
        for (var row = 0; row < rows.Count; row++)
            Assert.Equal(together[row], Some(row, 1).Single());
        for (var count = 2; count <= 130; count++)   // groups of them are computed at once, which these fill or don't
            Assert.Equal(together[count..(2 * count)], Some(count, count));

        int[] Some(int from, int count)
        {
            using var some = new PredictionRows(rows.Width);
            for (var row = from; row < from + count; row++)
                rows.Cells.Slice(row * rows.Width, rows.Width).CopyTo(some.AddRow());
            return Bits(model.Predict(some, Cancel));
        }
    }

    [Fact]
    public void What_is_no_sum_of_trees_is_left_to_the_runtime()
    {
        var files = ExplainedModels.BlackBox();
        using var model = InferenceModel.Load(name => files[name]);
        Assert.False(model.IsCompiled);
    }

    private static Dictionary<string, byte[]> LinearModel(int columns, bool inDouble)
    {
        var random = new Random(5);
        var graph = new GraphBuilder();
        List<ModelInput> inputs = [.. Enumerable.Range(0, columns).Select(column => new ModelInput($"number{column}", InputType.Number, Nullable: false))];
        var vector = graph.Add("Concat", inputs.Select(input => graph.FloatInput(input.Name)).ToList(), "", GraphBuilder.Whole("axis", 1));
        var score = new LinearScore([.. inputs.Select(_ => random.NextDouble() - 0.5)], 0.3);
        if (inDouble)
            ScoreGraph.WriteDouble(graph, score, vector, columns, "prediction");
        else
            graph.AddNamed("Identity", [ScoreGraph.WriteSingle(graph, score, vector, columns)], graph.Free("prediction"));
        graph.Output("prediction");
        double[] values = [.. Enumerable.Range(0, 100).Select(_ => random.NextDouble())];
        return ExplainedModels.Files(
            graph.Build(),
            new(ModelTask.Regression, "label", null, inputs, "prediction"),
            new(100, [.. inputs.Select(input => BaselineBuilder.Numbers(input.Name, values))], BaselineBuilder.Numbers("prediction", values)));
    }

    // Values far outside the training data and missing ones too.
    private static PredictionRows RandomRows(InferenceModel model)
    {
        var random = new Random(4);
        var rows = new PredictionRows(model.Schema.Inputs.Count);
        for (var row = 0; row < RowCount; row++)
        {
            var cells = rows.AddRow();
            for (var column = 0; column < cells.Length; column++)
            {
                var input = model.Schema.Inputs[column];
                cells[column] = input.Type == InputType.Category ? random.Next(-1, input.Categories!.Count)
                    : random.Next(20) == 0 ? float.NaN
                    : (float)Math.Round((random.NextDouble() - 0.3) * Math.Pow(10, random.Next(5)), 3);
            }
        }

        return rows;
    }

    private static int[] ByRuntime(byte[] graph, ModelSchema schema, PredictionRows rows)
    {
        using var session = ModelSession.Open(graph, schema);
        var predictions = new float[rows.Count];
        session.Run(rows, 0, predictions, counts: null);
        return Bits(predictions);
    }

    private static int[] Bits(float[] predictions) => Array.ConvertAll(predictions, BitConverter.SingleToInt32Bits);
}
