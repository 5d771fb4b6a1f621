using System.Text.Json;
using Assay.Learning.Onnx;
using static Assay.Learning.Onnx.GraphBuilder;

namespace Assay.Tests.Monitoring.Labels;

/// <summary>ONNX graphs of classifiers whose probabilities are what they are asked with, so that a test knows every answer.</summary>
internal static class ClassModels
{
    public static readonly string[] Wines = ["red", "white", "rosé"];

    /// <summary>As exporters of scikit-learn write it: the class, and a table of probabilities.</summary>
    public static byte[] Table(params string[] classes)
    {
        var graph = new GraphBuilder();
        Classify(graph, classes, "probabilities");
        graph.Output("label", Text, -1);
        graph.Output("probabilities", Float, -1, classes.Length);
        return graph.Build();
    }

    /// <summary>The same with the probabilities as a sequence of maps, which is their default.</summary>
    public static byte[] Maps(params string[] classes)
    {
        var graph = new GraphBuilder();
        Classify(graph, classes, "scores");
        graph.AddNamed("ZipMap", ["scores"], "probabilities", MachineLearning, Words("classlabels_strings", classes));
        graph.Output("label", Text, -1);
        graph.OutputOfMaps("probabilities", Text);
        return graph.Build();
    }

    /// <summary>The class alone.</summary>
    public static byte[] Label(params string[] classes)
    {
        var graph = new GraphBuilder();
        Classify(graph, classes, "scores");
        graph.Output("label", Text, -1);
        return graph.Build();
    }

    /// <summary>Probabilities alone, as networks of other tools have them: what the classes are called is not said.</summary>
    public static byte[] Nameless(int classes)
    {
        var graph = new GraphBuilder();
        graph.AddNamed("Identity", [graph.Input("x", Float, -1, classes)], "y");
        graph.Output("y", Float, -1, classes);
        return graph.Build();
    }

    /// <summary>A number for each row: that which it is asked with.</summary>
    public static byte[] Number()
    {
        var graph = new GraphBuilder();
        graph.AddNamed("Identity", [graph.Input("x", Float, -1, 1)], "y");
        graph.Output("y", Float, -1, 1);
        return graph.Build();
    }

    /// <summary>What the package says of rows held out.</summary>
    public static byte[] Evaluation(double accuracy) =>
        JsonSerializer.SerializeToUtf8Bytes(new { metrics = new { accuracy }, holdout = new { rows = 500 } });

    private static void Classify(GraphBuilder graph, string[] classes, string scores)
    {
        var identity = new float[classes.Length * classes.Length];
        for (var place = 0; place < classes.Length; place++)
            identity[(place * classes.Length) + place] = 1;
        graph.AddMany(
            "LinearClassifier", [graph.Input("x", Float, -1, classes.Length)], ["label", scores], MachineLearning,
            Numbers("coefficients", identity), Numbers("intercepts", new float[classes.Length]), Words("classlabels_strings", classes), Whole("multi_class", 1), Word("post_transform", "NONE"));
    }
}
