using Assay.Inference.Models;
using Assay.Learning.Features;
using Assay.Learning.Trainers;
using static Assay.Learning.Onnx.GraphBuilder;

namespace Assay.Learning.Onnx;

/// <summary>
/// Writes a trained model as one ONNX graph from raw columns to the prediction: everything that the encoder does, the
/// model's function, and the way from score to prediction. Inputs, encoding and output are in single precision; numbers
/// are predicted in double precision within, since a small prediction may be the sum of large terms that cancel.
/// </summary>
internal static class OnnxExporter
{
    /// <summary>The graph's output unless a column has that name, which then gets underscores behind it.</summary>
    public static string WantedOutput(ModelTask task) => task == ModelTask.Classification ? "probability" : "prediction";

    /// <param name="model">What is written.</param>
    /// <param name="rows">Give the graph its inputs.</param>
    /// <param name="train">Training rows, whose ways through the trees are counted into the graph, so that it can be explained.</param>
    public static (byte[] Model, string Output) Export(TrainedModel model, LearningRows rows, ReadOnlySpan<int> train = default)
    {
        var function = model.Score is TreesScore trees && train.Length > 0 ? TreeRows.Count(trees, model.Encoder, train) : model.Score;
        var graph = new GraphBuilder();
        foreach (var feature in rows.Features)
            _ = feature is NumberFeature ? graph.FloatInput(feature.Name) : graph.TextInput(feature.Name);
        var output = graph.Free(WantedOutput(rows.Task));

        var vector = EncodingGraph.Write(graph, model.Encoder);
        if (model.Link is { } link)
        {
            var score = ScoreGraph.WriteSingle(graph, function, vector, model.Encoder.Width);

            // Platt: 1 / (1 + exp(slope · score + offset)) is the sigmoid of the negated line.
            var slope = graph.Floats("slope", [-link.Slope], 1);
            var offset = graph.Floats("offset", [-link.Offset], 1);
            var line = graph.Add("Add", [graph.Add("Mul", [score, slope]), offset]);
            graph.AddNamed("Sigmoid", [line], output);
        }
        else
        {
            ScoreGraph.WriteDouble(graph, function, vector, model.Encoder.Width, output);
        }

        graph.Output(output);
        return (graph.Build(), output);
    }
}
