using System.Runtime.InteropServices;
using Assay.Inference.OpenInference.Grpc;
using Assay.Inference.Tensors;
using Assay.Serve;
using Assay.Tests.Inference.Onnx;
using Google.Protobuf;
using Grpc.Core;
using static Assay.Tests.Inference.Grpc.InferenceClient;
using Infer = Assay.Inference.OpenInference.Grpc.ModelInferRequest;

namespace Assay.Tests.Inference.Grpc;

/// <summary>Models that are no tables, over gRPC.</summary>
public sealed class GrpcTensorTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-grpc-tensors-").FullName;
    private RunningServe _server = null!;
    private InferenceClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "model.onnx"), OperatorModels.All["greatest three"].Graph, Cancel);
        _server = await ServeHost.Start(new ServeOptions(_folder, 0, Name: "top"), Cancel);
        _client = new(_server.Addresses.Predict);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Typed_tensors_are_answered_typed_with_the_id()
    {
        var request = Typed(1, 9, 5, 7);
        request.Id = "7";
        var answer = await _client.Infer(request);
        Assert.Equal(("top", "7"), (answer.ModelName, answer.Id));
        Assert.Equal(["values FP32 1,3", "places INT64 1,3"], answer.Outputs.Select(output => $"{output.Name} {output.Datatype} {string.Join(',', output.Shape)}"));
        Assert.Equal([9f, 7, 5], answer.Outputs[0].Contents.Fp32Contents);
        Assert.Equal([1L, 3, 2], answer.Outputs[1].Contents.Int64Contents);
    }

    [Fact]
    public async Task Raw_tensors_are_answered_raw_and_only_those_outputs_that_are_wanted()
    {
        var request = Typed();
        request.Inputs[0].Contents = null;
        request.RawInputContents.Add(ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(new float[] { 1, 9, 5, 7 })));
        request.Outputs.Add(new Infer.Types.InferRequestedOutputTensor { Name = "places" });
        var answer = await _client.Infer(request);
        Assert.Equal("places", Assert.Single(answer.Outputs).Name);
        Assert.Equal([1L, 3, 2], MemoryMarshal.Cast<byte, long>(Assert.Single(answer.RawOutputContents).Span).ToArray());
    }

    public static TheoryData<string> Faults => [.. Wrong.Keys];

    private static readonly Dictionary<string, (Action<Infer> Spoil, string Sentence)> Wrong = new()
    {
        ["no name"] = (request => request.Inputs[0].Name = "", "An input has no name."),
        ["datatype"] = (request => request.Inputs[0].Datatype = "FP99", "Input 'x': its datatype is none of the protocol's"),
        ["other type"] = (request => (request.Inputs[0].Datatype, request.Inputs[0].Contents) = ("INT64", new() { Int64Contents = { 1, 2, 3, 4 } }), "Input 'x' is INT64, and the model takes FP32 there."),
        ["too few"] = (request => request.Inputs[0].Contents.Fp32Contents.RemoveAt(0), "Input 'x': its contents have 3 elements of FP32, and the shape [1,4] has 4."),
        ["other contents"] = (request => request.Inputs[0].Contents = new() { IntContents = { 1, 2, 3, 4 } }, "Input 'x': its contents have 0 elements of FP32, and the shape [1,4] has 4."),
        ["range"] = (request => (request.Inputs[0].Datatype, request.Inputs[0].Contents) = ("INT8", new() { IntContents = { 1, 2, 3, 400 } }), "Input 'x': 400 is no INT8."),
        ["negative shape"] = (request => request.Inputs[0].Shape[1] = -4, "Input 'x': the shape [1,-4] has a negative dimension."),
        ["huge shape"] = (request => request.Inputs[0].Shape[1] = long.MaxValue, "more than 67,108,864 elements"),
        ["raw count"] = (request => request.RawInputContents.Add([ByteString.Empty, ByteString.Empty]), "The message has 1 inputs and 2 raw_input_contents."),
        ["missing"] = (request => request.Inputs.Clear(), "Input 'x' is missing."),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task What_is_wrong_is_said_with_the_inputs_name(string fault)
    {
        var request = Typed(1, 9, 5, 7);
        Wrong[fault].Spoil(request);
        var failure = await Failure(() => _client.Infer(request));
        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        Assert.Contains(Wrong[fault].Sentence, failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Elements_of_every_type_come_back_from_their_field_as_they_went_in()
    {
        var random = new Random(3);
        foreach (var type in Enum.GetValues<TensorType>().Where(type => type != TensorType.Bytes && !TensorContents.IsOnlyRaw(type)))
        {
            var bytes = new byte[7 * TensorTypes.SizeOf(type)];
            random.NextBytes(bytes);
            if (type == TensorType.Bool)
                bytes = [0, 1, 1, 0, 0, 1, 0];
            var contents = TensorContents.Of(new NamedTensor("x", type, [7], bytes));
            var read = TensorContents.Read(new() { Name = "x", Datatype = TensorTypes.NameOf(type), Shape = { 7 }, Contents = contents }, type);
            Assert.Equal(bytes, read.ToArray());
        }

        var texts = new NamedTensor("x", TensorType.Bytes, [2], new byte[] { 1, 0, 0, 0, 255, 0, 0, 0, 0 });
        Assert.Equal(texts.Bytes.ToArray(), TensorContents.Read(new() { Name = "x", Datatype = "BYTES", Shape = { 2 }, Contents = TensorContents.Of(texts) }, TensorType.Bytes).ToArray());
    }

    private static Infer Typed(params float[] x) => new()
    {
        ModelName = "top",
        Inputs = { new Infer.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 1, 4 }, Contents = new() { Fp32Contents = { x } } } },
    };
}
