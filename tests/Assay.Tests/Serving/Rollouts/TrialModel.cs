using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Learning.Onnx;
using Assay.Registry;
using Assay.Tests.Inference;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Serving.Rollouts;

/// <summary>Versions of the tiny model that do badly in one way.</summary>
internal static class TrialModel
{
    private const int Width = 600;
    private const int SlowSteps = 200;
    private const int EndlessSteps = 300;

    /// <summary>It fails on every row whose age is 40 or more.</summary>
    public static byte[] FailingGraph => Graph(LooksUpAge);

    /// <summary>The version of it.</summary>
    public static Task<ModelVersionDetail> RegisterFailing(TestServer server) => Register(server, LooksUpAge);

    /// <summary>It computes 200 products of matrices for each row, and throws them away.</summary>
    public static Task<ModelVersionDetail> RegisterSlow(TestServer server) => Register(server, (graph, age) =>
    {
        var vector = graph.Add("MatMul", [age, graph.Floats("wide", new float[Width], 1, Width)]);
        var matrix = graph.Floats("matrix", new float[Width * Width], Width, Width);
        for (var step = 0; step < SlowSteps; step++)
            vector = graph.Add("MatMul", [vector, matrix]);
        return graph.Add("MatMul", [vector, graph.Floats("narrow", new float[Width], Width, 1)]);
    });

    /// <summary>It multiplies matrices as wide as the greatest age of a call, again and again: for ever, where somebody is 1,500 years old.</summary>
    public static Task<ModelVersionDetail> RegisterEndless(TestServer server) => Register(server, (graph, age) =>
    {
        var width = graph.Add("Cast", [graph.Add("ReduceMax", [age], "", GraphBuilder.Whole("keepdims", 0))], "", GraphBuilder.Whole("to", 7));
        var widths = graph.Add("Expand", [width, graph.Wholes("two", 2)]);
        var matrix = graph.Add("ConstantOfShape", [widths]);
        for (var step = 0; step < EndlessSteps; step++)
            matrix = graph.Add("MatMul", [matrix, matrix]);
        return graph.Add("ReduceSum", [matrix]);
    });

    private static string LooksUpAge(GraphBuilder graph, string age)
    {
        var index = graph.Add("Cast", [age], "", GraphBuilder.Whole("to", 7));
        return graph.Add("Gather", [graph.Floats("table", new float[40], 40), index]);
    }

    /// <param name="server">Where.</param>
    /// <param name="extra">Adds nodes that end in zeros of shape [rows, 1].</param>
    private static async Task<ModelVersionDetail> Register(TestServer server, Func<GraphBuilder, string, string> extra)
    {
        var folder = TinyModel.WriteTo(Directory.CreateTempSubdirectory("assay-package-").FullName, 0);
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, PackageFiles.Model), Graph(extra), TestContext.Current.CancellationToken);
            await using var scope = ServingHost.Scope(server, ProjectScope.Default);
            var models = scope.ServiceProvider.GetRequiredService<IModels>();
            return await models.Register(new NewVersion("churn", new Dictionary<string, double>()), folder, TestContext.Current.CancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Graph(Func<GraphBuilder, string, string> extra)
    {
        var graph = new GraphBuilder();
        var age = graph.FloatInput("age");
        graph.FloatInput("balance");
        graph.TextInput("plan");
        var sum = graph.Add("Add", [graph.Add("Mul", [age, graph.Floats("weight", [0.05f], 1)]), extra(graph, age)]);
        graph.AddNamed("Sigmoid", [sum], graph.Free("probability"));
        graph.Output("probability");
        return graph.Build();
    }
}
