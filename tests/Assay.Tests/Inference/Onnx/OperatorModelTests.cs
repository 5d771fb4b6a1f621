using System.Text;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Onnx;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Tests.Inference.Onnx;

public sealed class OperatorModelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. OperatorModels.All.Keys];

    [Fact]
    public void There_are_at_least_thirty() => Assert.True(OperatorModels.All.Count >= 30, $"only {OperatorModels.All.Count}");

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Answers_are_those_of_the_reference_runtime_bit_for_bit(string name)
    {
        var wanted = OperatorModels.All[name];
        using var model = Load(wanted.Graph);
        var answer = await model.Infer(wanted.Inputs, null, Cancel);
        var expected = ReferenceRuntime.Run(wanted.Graph, wanted.Inputs);
        Assert.Equal(expected.Select(Show), answer.Select(Show));
        Assert.Equal(model.Signature.Outputs.Select(output => (output.Name, output.Datatype)), answer.Select(output => (output.Name, TensorTypes.NameOf(output.Type))));
        Assert.All(answer, output => Assert.True(Declared(model, output), $"{output.Name} {TensorShape.Show(output.Shape)}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Inputs_written_as_json_are_the_same_inputs(string name)
    {
        var wanted = OperatorModels.All[name];
        if (wanted.Inputs.Any(input => input.Count == 0))
            return;   // JSON can't say how long the rows are that there are none of
        using var model = Load(wanted.Graph);
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartObject("inputs");
            foreach (var input in wanted.Inputs)
            {
                json.WritePropertyName(input.Name);
                TensorWriter.WriteNested(json, input);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        var read = TensorCursor.Read(body.ToArray(), model);
        Assert.Equal(wanted.Inputs.Select(Show), read.Select(Show));
        Assert.Equal((await model.Infer(wanted.Inputs, null, Cancel)).Select(Show), (await model.Infer(read, null, Cancel)).Select(Show));
    }

    // Worked out by hand.
    [Theory]
    [InlineData("add", """{"inputs":{"a":[[1,2,3]],"b":[[10,20,30]]}}""", "[[11,22,33]]")]
    [InlineData("add", """{"instances":[{"a":[1,2,3],"b":[1,1,1]},{"b":[0,0,0],"a":[4,5,6]}]}""", "[[2,3,4],[4,5,6]]")]
    [InlineData("multiply whole numbers", """{"inputs":{"a":[9007199254740993],"b":[1]}}""", "[9007199254740993]")]
    [InlineData("logic", """{"inputs":{"a":[true,1],"b":[true,false]}}""", "[true,false]")]
    [InlineData("rectified", "[[[-1,2.5]]]", "[[[0,2.5]]]")]
    [InlineData("add halves", """{"inputs":{"a":[1.5],"b":[0.25]}}""", "[1.75]")]
    [InlineData("join texts", """{"inputs":{"a":[["ä"]],"b":[["\u0062"]]}}""", """[["\u00E4","b"]]""")]
    [InlineData("transpose", """{"inputs":[[[1,2],[3,4]]]}""", "[[[1,3]],[[2,4]]]")]
    [InlineData("where", """{"inputs":{"which":[true,false],"a":[1,2],"b":[3,4]}}""", "[1,4]")]
    [InlineData("gather by index", """{"inputs":{"table":[[1,2],[3,4]],"index":[1.0]}}""", "[[3,4]]")]
    [InlineData("one-hot of texts", """{"dataframe_split":{"data":[["plus"],["basic"]],"columns":["plan"]}}""", "[[[0,1]],[[1,0]]]")]
    [InlineData("one-hot of texts", """{"dataframe_records":[{"plan":"plus"}]}""", "[[[0,1]]]")]
    [InlineData("one-hot of texts", """[{"plan":"plus"},{"plan":"basic"}]""", "[[[0,1]],[[1,0]]]")]
    [InlineData("one-hot of texts", """{"plan":"plus"}""", "[[[0,1]]]")]
    [InlineData("one-hot of texts", """{"instances":["plus",{"b64":"YmFzaWM="}]}""", "[[[0,1]],[[1,0]]]")]
    [InlineData("linear in double", """{"dataframe_split":{"columns":["p","q"],"data":[[4,1],[8,0]]}}""", "[[-2.999999999],[2.000000001]]")]
    [InlineData("rectified", """{"instances":[[[null]]]}""", "[[[null]]]")]
    [InlineData("squared differences", """{"inputs":{"a":[[5,5]],"b":[[1,2]]},"params":{}}""", "[[4,3]]")]
    public async Task Every_form_is_read_and_answered(string name, string body, string expected)
    {
        using var model = Load(OperatorModels.All[name].Graph);
        var answer = await model.Infer(TensorCursor.Read(Encoding.UTF8.GetBytes(body), model), null, Cancel);
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
            TensorWriter.WriteNested(json, Assert.Single(answer));
        Assert.Equal(expected, Encoding.UTF8.GetString(text.ToArray()));
    }

    [Theory]
    [InlineData("add", "[[1,2,3]]", "The model has 2 inputs, so each must be named: {\"inputs\":{\"a\":…,\"b\":…}}.", null)]
    [InlineData("add", """{"inputs":{"a":[[1,2,3]]}}""", "Input 'b' is missing. Send it as FP32 of the shape [-1,-1].", "b")]
    [InlineData("add", """{"inputs":{"a":[[1,2],[3]],"b":[[1]]}}""", "Input 'a': the arrays are of different lengths or depths at dimension 2. Send a tensor, where each has the same.", "a")]
    [InlineData("add", """{"inputs":{"a":[[1,[2]]],"b":[[1]]}}""", "Input 'a': the arrays are of different lengths or depths at dimension 3. Send a tensor, where each has the same.", "a")]
    [InlineData("add", """{"inputs":{"a":[["x"]],"b":[[1]]}}""", "Row 1, input 'a': expected a number, got the text \"x\". Write numbers without quotes.", "a")]
    [InlineData("add", """{"inputs":{"a":[[1e39]],"b":[[1]]}}""", "Row 1, input 'a': 1e39 is too large for FP32. Send a number between -3.4e38 and 3.4e38.", "a")]
    [InlineData("add", """{"inputs":{"a":[[1]],"a":[[1]]}}""", "Input 'a' is there twice. Send it once.", "a")]
    [InlineData("add", """{"inputs":{"a":[1],"b":[[1]]}}""", "Input 'a' has the shape [1], and the model takes [-1,-1] there, where -1 is any size.", "a")]
    [InlineData("add", """{"instances":[{"a":[1],"b":[1]},{"a":[1]}]}""", "Row 2: 'b' is missing, or was missing in a row before. Send the same names, once each, in every row.", "b")]
    [InlineData("multiply whole numbers", """{"inputs":{"a":[1.5],"b":[1]}}""", "Row 1, input 'a': expected a whole number, got 1.5.", "a")]
    [InlineData("multiply whole numbers", """{"inputs":{"a":[1],"b":[1,1e400]}}""", "Row 2, input 'b': 1e400 does not fit INT", "b")]
    [InlineData("multiply whole numbers", """{"inputs":{"a":[1,NaN],"b":[1]}}""", "Row 2, input 'a': NaN is not JSON. Send a whole number.", "a")]
    [InlineData("scale an image of bytes", "[[[[256]]]]", "Row 1, input 'image': 256 does not fit UINT8, which is 0 to 255.", "image")]
    [InlineData("rectified", "[[[NaN]]]", "Row 1, input 'x': NaN is not JSON. Send null, which is NaN here.", "x")]
    [InlineData("rectified", "[[[1]],[[Infinity]]]", "Row 2, input 'x': Infinity is not JSON. Send a finite number, or the tensor as bytes in the Open Inference Protocol.", "x")]
    [InlineData("rectified", "[[[1]],[[1e400]]]", "Row 2, input 'x': 1e400 is too large for FP32. Send a number between -3.4e38 and 3.4e38.", "x")]
    [InlineData("rectified", "{\"signature_name\":\"classify\",\"instances\":[[[1]]]}", "The model has no signature 'classify'.", null)]
    [InlineData("rectified", "{\"instances\":[[[1]]],\"params\":{\"a\":1}}", "The model takes no params but 'explain'. Leave the others out.", null)]
    [InlineData("rectified", "[]", "Input 'x' has the shape [0], and the model takes [-1,-1,-1] there, where -1 is any size.", "x")]
    [InlineData("rectified", "{}", "The body has no inputs. ", null)]
    [InlineData("rectified", " ", "The body is empty. ", null)]
    [InlineData("rectified", "7", "The body is neither an object nor an array. ", null)]
    [InlineData("rectified", "[[[1]]] [", "The body is not valid JSON at line 1, byte 9.", null)]
    [InlineData("rectified", "{\"inputs\":{\"\\ud800\":1}}", "The text is not valid Unicode. Send the body as UTF-8.", null)]
    public async Task What_does_not_fit_is_refused_by_its_input(string name, string body, string problem, string? input)
    {
        using var model = Load(OperatorModels.All[name].Graph);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(
            async () => await model.Infer(TensorCursor.Read(Encoding.UTF8.GetBytes(body), model), null, Cancel));
        Assert.StartsWith(problem, refused.Message, StringComparison.Ordinal);
        Assert.Equal(input, refused.Column);
    }

    [Fact]
    public async Task Sizes_that_must_agree_and_do_not_are_the_callers_fault()
    {
        using var model = Load(OperatorModels.All["squared differences"].Graph);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(async () => await model.Infer(
            [OperatorModels.Floats("a", [2, 2], 1, 2, 3, 4), OperatorModels.Floats("b", [3, 2], 1, 2, 3, 4, 5, 6)], null, Cancel));
        Assert.Equal("Input 'b' has 3 as its 'rows', and input 'a' has 2. Send the same in both.", refused.Message);
    }

    [Fact]
    public async Task Only_the_outputs_that_are_asked_for_are_computed()
    {
        var wanted = OperatorModels.All["greatest three"];
        using var model = Load(wanted.Graph);
        Assert.Equal("places", Assert.Single(await model.Infer(wanted.Inputs, ["places"], Cancel)).Name);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(async () => await model.Infer(wanted.Inputs, ["place"], Cancel));
        Assert.Equal("The model has no output 'place'. The outputs are 'values', 'places'.", refused.Message);
    }

    [Fact]
    public void What_is_no_graph_is_refused_in_a_sentence()
    {
        var problem = Assert.Throws<InvalidModelException>(() => Load("nonsense"u8.ToArray()));
        Assert.StartsWith("The graph can't be loaded by ONNX Runtime: ", problem.Message, StringComparison.Ordinal);
        Assert.Equal(
            "The package has no model.onnx, and no MLmodel that says how to serve it.",
            Assert.Throws<InvalidModelException>(() => ModelLoader.LoadInProcess(new ModelPackage([], _ => []))).Message);
    }

    internal static ServedModel Load(byte[] graph) => ModelLoader.LoadInProcess(new ModelPackage(["model.onnx"], _ => graph));

    internal static string Show(NamedTensor tensor) =>
        $"{tensor.Name} {TensorTypes.NameOf(tensor.Type)} {TensorShape.Show(tensor.Shape)} {Convert.ToHexString(tensor.Bytes.Span)}";

    private static bool Declared(ServedModel model, NamedTensor output) =>
        TensorShape.Fits(output.Shape, model.Signature.Outputs.Single(spec => spec.Name == output.Name).Shape);
}
