using System.Runtime.InteropServices;
using Assay.Inference.Tensors;
using Assay.Learning.Onnx;
using static Assay.Learning.Onnx.GraphBuilder;

namespace Assay.Tests.Inference.Onnx;

/// <summary>Small graphs of one to a few operators, of many types and shapes, each with inputs to ask it with.</summary>
internal static class OperatorModels
{
    private const int UInt8 = 2, Int8 = 3, Int32 = 6, Bool = 9, Half = 10;

    public static readonly IReadOnlyDictionary<string, OperatorModel> All = Make().ToDictionary(model => model.Name);

    private static IEnumerable<OperatorModel> Make() => [.. Arithmetic(), .. Shapes(), .. Images(), .. Texts(), .. Choices()];

    private static IEnumerable<OperatorModel> Arithmetic()
    {
        yield return One("add", "Add", Float, [-1, 3], Floats("a", [2, 3], 1, 2, 3, 4, 5, 6), Floats("b", [2, 3], 6, 5, 4, 3, 2, 1));
        yield return One("subtract in double", "Sub", GraphBuilder.Double, [-1], Doubles("a", [3], 1e300, 2, 0.1), Doubles("b", [3], 1, 2, 0.3));
        yield return One("multiply whole numbers", "Mul", GraphBuilder.Int64, [-1], Longs("a", [3], 1L << 40, -7, 3), Longs("b", [3], 3, 5, -1));
        yield return One("divide with broadcasting", "Div", Int32, [-1, -1], Ints("a", [2, 2], 7, -7, 9, 100), Ints("b", [1, 2], 2, 3));
        yield return One("multiply matrices", "MatMul", Float, [-1, -1], Floats("a", [2, 3], 1, 2, 3, 4, 5, 6), Floats("b", [3, 2], 1, 0, 0, 1, 1, 1));
        yield return One("add halves", "Add", Half, [-1], Halves("a", [2], 0.5f, 1.25f), Halves("b", [2], 2, 0.125f));
        yield return One("logic", "And", Bool, [-1], Bools("a", [4], true, true, false, false), Bools("b", [4], true, false, true, false));
        yield return One("compare", "Less", Bool, [-1], Floats("a", [3], 1, 2, float.NaN), Floats("b", [3], 2, 1, 0));
        yield return One("softmax", "Softmax", Float, [-1, -1], [Whole("axis", 1)], Floats("x", [2, 3], 1, 2, 3, 1000, 1000, 0));
        yield return One("rectified", "Relu", Float, [-1, -1, -1], Floats("x", [1, 2, 2], -1, 2, -3, 4));
        yield return One("hyperbolic tangent", "Tanh", Float, [-1], Floats("x", [3], -0.5f, 0, 30));
        yield return One("error function", "Erf", Float, [-1], Floats("x", [3], -0.5f, 0.25f, 3));
        yield return Own("linear in double", graph =>
        {
            var x = graph.Input("x", GraphBuilder.Double, -1, 2);
            graph.AddNamed("Gemm", [x, graph.Doubles("w", [0.25, -4], 2, 1), graph.Doubles("c", [1e-9], 1)], "y");
            graph.Output("y", GraphBuilder.Double, -1, 1);
        }, Doubles("x", [2, 2], 1, 2, 3, 4));
    }

    private static IEnumerable<OperatorModel> Shapes()
    {
        yield return One("transpose", "Transpose", Float, [-1, -1, -1], [WholeNumbers("perm", [2, 0, 1])], Floats("x", [1, 2, 3], 1, 2, 3, 4, 5, 6));
        yield return One("join texts", "Concat", Text, [-1, 2], [Whole("axis", 1)], Words("a", [2, 1], "a", "größer"), Words("b", [2, 1], "", "日本"));
        yield return One("gather by index", "Gather", Float, [-1, -1], [Whole("axis", 0)], Floats("table", [3, 2], 1, 2, 3, 4, 5, 6), Longs("index", [2], 2, 0));
        yield return One("shape of", "Shape", GraphBuilder.Int64, [-1], Floats("x", [2, 1, 2], 1, 2, 3, 4));
        yield return One("cumulative sum", "CumSum", GraphBuilder.Double, [-1], Doubles("x", [4], 1, 2, 3, 4), Ints("axis", [], 0));
        yield return One("cast to bytes", "Cast", UInt8, [-1], [Whole("to", UInt8)], Ints("x", [3], 1, 200, 255));
        yield return One("cast to text", "Cast", Text, [-1], [Whole("to", Text)], Longs("x", [2], 12, -3));
        yield return One("where", "Where", GraphBuilder.Int64, [-1], Bools("which", [3], true, false, true), Longs("a", [3], 1, 2, 3), Longs("b", [3], 9, 8, 7));
        yield return Own("reshape to a free size", graph =>
        {
            graph.AddNamed("Reshape", [graph.Input("x", Float, -1, 2, 2), graph.Wholes("to", 0, -1)], "y");
            graph.Output("y", Float, -1, 4);
        }, Floats("x", [2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8));
        yield return Own("split into two outputs", graph =>
        {
            graph.AddMany("Split", [graph.Input("x", Float, -1, 4), graph.Wholes("sizes", 1, 3)], ["first", "rest"], "", Whole("axis", 1));
            graph.Output("first", Float, -1, 1);
            graph.Output("rest", Float, -1, 3);
        }, Floats("x", [2, 4], 1, 2, 3, 4, 5, 6, 7, 8));
    }

    private static IEnumerable<OperatorModel> Images()
    {
        float[] image = [.. Enumerable.Range(0, 3 * 8 * 8).Select(i => i % 17 / 17f)];
        yield return Own("convolve, normalize and pool an image", graph =>
        {
            var x = graph.Input("image", Float, -1, 3, -1, -1);
            var kernel = graph.ConstantOf<float>("kernel", Float, [.. Enumerable.Range(0, 2 * 3 * 3 * 3).Select(i => (i % 7 - 3) / 10f)], 2, 3, 3, 3);
            var felt = graph.Add("Relu", [graph.Add("Conv", [x, kernel], "", WholeNumbers("pads", [1, 1, 1, 1]))]);
            graph.AddNamed("GlobalAveragePool", [felt], "y");
            graph.Output("y", Float, -1, 2, 1, 1);
        }, Floats("image", [1, 3, 8, 8], image));
        yield return Own("scale an image of bytes", graph =>
        {
            var x = graph.Add("Cast", [graph.Input("image", UInt8, -1, -1, -1, 1)], "", Whole("to", Float));
            var scaled = graph.Add("Div", [x, graph.Floats("most", [255], 1)]);
            graph.AddNamed("ReduceMean", [scaled], "brightness", "", WholeNumbers("axes", [1, 2, 3]), Whole("keepdims", 0));
            graph.Output("brightness", Float, -1);
        }, new NamedTensor("image", TensorType.UInt8, [1, 2, 2, 1], new byte[] { 0, 128, 255, 64 }));
        yield return One("greatest in a window", "MaxPool", Float, [-1, -1, -1, -1], [WholeNumbers("kernel_shape", [2, 2]), WholeNumbers("strides", [2, 2])], Floats("x", [1, 3, 8, 8], image));
    }

    private static IEnumerable<OperatorModel> Texts()
    {
        yield return Own("look tokens up and embed them", graph =>
        {
            var ids = graph.Add("LabelEncoder", [graph.Input("tokens", Text, -1, -1)], MachineLearning,
                GraphBuilder.Words("keys_strings", ["good", "bad"]), WholeNumbers("values_int64s", [1, 2]), Whole("default_int64", 0));
            var vectors = graph.Add("Gather", [graph.Floats("embedding", [0, 0, 1, 0.5f, -1, 0.25f], 3, 2), ids], "", Whole("axis", 0));
            graph.AddNamed("ReduceSum", [vectors, graph.Wholes("axes", 1)], "mood", "", Whole("keepdims", 0));
            graph.Output("mood", Float, -1, 2);
        }, Words("tokens", [2, 3], "good", "good", "bad", "unknown", "bad", ""));
        yield return One("texts as they are", "Identity", Text, [-1, -1, -1], Words("x", [1, 2, 2], "GROSS", "größer", "", "\u0000\n"));
        yield return Own("one-hot of texts", graph =>
        {
            graph.AddNamed("OneHotEncoder", [graph.Input("plan", Text, -1, 1)], "y", MachineLearning, GraphBuilder.Words("cats_strings", ["basic", "plus"]), Whole("zeros", 1));
            graph.Output("y", Float, -1, 1, 2);
        }, Words("plan", [3, 1], "plus", "basic", "gold"));
    }

    private static IEnumerable<OperatorModel> Choices()
    {
        yield return Own("greatest three", graph =>
        {
            graph.AddMany("TopK", [graph.Input("x", Float, -1, -1), graph.Wholes("k", 3)], ["values", "places"], "", Whole("axis", 1));
            graph.Output("values", Float, -1, 3);
            graph.Output("places", GraphBuilder.Int64, -1, 3);
        }, Floats("x", [2, 5], 3, 1, 4, 1, 5, 9, 2, 6, 5, 3));
        yield return One("place of the greatest", "ArgMax", GraphBuilder.Int64, [-1, -1], [Whole("axis", 1)], Floats("x", [2, 3], 1, 9, 2, 7, 7, 1));
        yield return Own("quantize", graph =>
        {
            graph.AddNamed("QuantizeLinear", [graph.Input("x", Float, -1), graph.ConstantOf<float>("scale", Float, [0.1f]), graph.ConstantOf<sbyte>("zero", Int8, [3])], "y");
            graph.Output("y", Int8, -1);
        }, Floats("x", [4], -100, -0.26f, 0, 1.25f));
        yield return Own("an old operator set", graph =>
        {
            graph.AddNamed("Clip", [graph.Input("x", Float, -1)], "y", "", Number("min", -1), Number("max", 1));
            graph.Output("y", Float, -1);
        }, 7, Floats("x", [3], -5, 0.5f, 5));
        yield return One("squared differences", "Sub", Float, [-1, 2], Floats("a", [2, 2], 1, 2, 3, 4), Floats("b", [1, 2], 1, 1));
        yield return One("no rows at all", "Add", Float, [-1, 3], Floats("a", [0, 3]), Floats("b", [0, 3]));
    }

    private static OperatorModel One(string name, string operation, int output, long[] shape, params NamedTensor[] inputs) =>
        One(name, operation, output, shape, [], inputs);

    private static OperatorModel One(string name, string operation, int output, long[] shape, Assay.Inference.Graphs.Wire.WireAttribute[] attributes, params NamedTensor[] inputs) =>
        Own(name, graph =>
        {
            foreach (var input in inputs)
                graph.Input(input.Name, ElementOf(input.Type), [.. input.Shape.Select(_ => -1L)]);
            graph.AddNamed(operation, inputs.Select(input => input.Name), "y", "", attributes);
            graph.Output("y", output, shape);
        }, inputs);

    private static OperatorModel Own(string name, Action<GraphBuilder> write, params NamedTensor[] inputs) => Own(name, write, 17, inputs);

    private static OperatorModel Own(string name, Action<GraphBuilder> write, int operatorSet, params NamedTensor[] inputs)
    {
        var graph = new GraphBuilder();
        write(graph);
        return new(name, graph.Build(operatorSet), inputs);
    }

    private static int ElementOf(TensorType type) => type switch
    {
        TensorType.Fp32 => Float,
        TensorType.Fp64 => GraphBuilder.Double,
        TensorType.Fp16 => Half,
        TensorType.Int64 => GraphBuilder.Int64,
        TensorType.Int32 => Int32,
        TensorType.UInt8 => UInt8,
        TensorType.Bool => Bool,
        _ => Text,
    };

    public static NamedTensor Floats(string name, long[] shape, params float[] values) => Of<float>(name, TensorType.Fp32, shape, values);

    public static NamedTensor Doubles(string name, long[] shape, params double[] values) => Of<double>(name, TensorType.Fp64, shape, values);

    public static NamedTensor Longs(string name, long[] shape, params long[] values) => Of<long>(name, TensorType.Int64, shape, values);

    private static NamedTensor Ints(string name, long[] shape, params int[] values) => Of<int>(name, TensorType.Int32, shape, values);

    private static NamedTensor Halves(string name, long[] shape, params float[] values) =>
        Of<System.Half>(name, TensorType.Fp16, shape, [.. values.Select(value => (System.Half)value)]);

    private static NamedTensor Bools(string name, long[] shape, params bool[] values) =>
        new(name, TensorType.Bool, shape, values.Select(value => (byte)(value ? 1 : 0)).ToArray());

    public static NamedTensor Words(string name, long[] shape, params string[] values) =>
        new(name, TensorType.Bytes, shape, TableTensorsTests.Packed(values));

    private static NamedTensor Of<T>(string name, TensorType type, long[] shape, T[] values)
        where T : unmanaged =>
        new(name, type, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}

/// <summary>A graph and what to ask it with.</summary>
internal sealed record OperatorModel(string Name, byte[] Graph, IReadOnlyList<NamedTensor> Inputs);
