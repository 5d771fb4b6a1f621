using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Inference.Tensors;
using Assay.Learning.Onnx;
using Assay.Serve;
using Assay.Tests.Inference.Onnx;

namespace Assay.Tests.Inference.Dialects;

/// <summary>Tensors of every type go there and back in the Open Inference Protocol, as text and as bytes.</summary>
public sealed class TensorTypeTests
{
    private const string HeaderLength = "Inference-Header-Content-Length";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Types => [.. Enum.GetNames<TensorType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_tensor_comes_back_bit_for_bit_in_every_type(string name)
    {
        var type = Enum.Parse<TensorType>(name);
        var sent = new NamedTensor("x", type, [2, 2], type switch
        {
            TensorType.Bytes => TableTensorsTests.Packed(["größer", "", "日本", "\u0000\n"]),
            TensorType.Bool => new byte[] { 1, 0, 0, 1 },
            _ => Enumerable.Range(0, 4 * TensorTypes.SizeOf(type)).Select(i => (byte)(60 + i)).ToArray(),   // numbers with many digits, none of them infinite
        });
        await using var server = await SameAgain.Start(type);
        Assert.Equal(sent.Bytes.ToArray(), (await Ask(server, sent, binary: false)).Bytes.ToArray());
        Assert.Equal(sent.Bytes.ToArray(), (await Ask(server, sent, binary: true)).Bytes.ToArray());
    }

    [Theory]
    [MemberData(nameof(OperatorModelTests.Names), MemberType = typeof(OperatorModelTests))]
    public async Task Every_operator_model_answers_by_protocol_what_it_answers_itself(string name)
    {
        var wanted = OperatorModels.All[name];
        using var model = OperatorModelTests.Load(wanted.Graph);
        var expected = await model.Infer(wanted.Inputs, null, Cancel);
        await using var server = await SameAgain.Start(wanted.Graph);
        foreach (var binary in (bool[])[false, true])
        {
            var answer = await Answer(server, wanted.Inputs, binary);
            Assert.Equal(expected.Select(Shown), answer.Select(Shown));
        }
    }

    private static (string, string, string, string) Shown(NamedTensor tensor) =>
        (tensor.Name, TensorTypes.NameOf(tensor.Type), TensorShape.Show(tensor.Shape), Convert.ToHexString(tensor.Bytes.Span));

    private static async Task<NamedTensor> Ask(SameAgain server, NamedTensor sent, bool binary) => Assert.Single(await Answer(server, [sent], binary));

    private static async Task<List<NamedTensor>> Answer(SameAgain server, IReadOnlyList<NamedTensor> inputs, bool binary)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "/v2/models/same/infer"));
        var (json, tail) = Body(inputs, binary);
        request.Content = new ByteArrayContent([.. json, .. tail]);
        if (binary)
            request.Headers.Add(HeaderLength, json.Length.ToString(CultureInfo.InvariantCulture));
        using var answer = await server.Http.SendAsync(request, Cancel);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        var head = binary ? int.Parse(answer.Headers.GetValues(HeaderLength).Single(), CultureInfo.InvariantCulture) : bytes.Length;
        return binary ? Read(bytes.AsMemory(0, head), bytes.AsMemory(head)) : OpenTensors.ReadAnswer(bytes);
    }

    private static List<NamedTensor> Read(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> tail)
    {
        var (outputs, read) = (JsonDocument.Parse(head).RootElement.GetProperty("outputs"), new List<NamedTensor>());
        foreach (var output in outputs.EnumerateArray())
        {
            var size = output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32();
            read.Add(new(
                output.GetProperty("name").GetString()!, TensorTypes.Find(output.GetProperty("datatype").GetString()!)!.Value,
                [.. output.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64())], tail[..size]));
            tail = tail[size..];
        }

        Assert.Equal(0, tail.Length);
        return read;
    }

    private static (byte[] Json, byte[] Tail) Body(IReadOnlyList<NamedTensor> inputs, bool binary)
    {
        if (!binary)
            return (OpenTensors.WriteRequest(inputs, null), []);
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartArray("inputs");
            foreach (var input in inputs)
                OpenTensors.WriteBinaryTensor(json, input);
            json.WriteEndArray();
            json.WriteStartObject("parameters");
            json.WriteBoolean("binary_data_output", true);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return (body.ToArray(), [.. inputs.SelectMany(input => input.Bytes.ToArray())]);
    }

    /// <summary>A slim server with a model in a folder of its own.</summary>
    private sealed class SameAgain(RunningServe server, string folder) : IAsyncDisposable
    {
        public HttpClient Http { get; } = new();

        public Uri Address => server.Addresses.Predict;

        public static Task<SameAgain> Start(TensorType type)
        {
            var graph = new GraphBuilder();
            var element = (int)OnnxElement(type);
            graph.AddNamed("Identity", [graph.Input("x", element, -1, 2)], "y");
            graph.Output("y", element, -1, 2);
            return Start(graph.Build());
        }

        public static async Task<SameAgain> Start(byte[] graph)
        {
            var folder = Directory.CreateTempSubdirectory("assay-types-").FullName;
            await File.WriteAllBytesAsync(Path.Combine(folder, "model.onnx"), graph, Cancel);
            return new(await ServeHost.Start(new ServeOptions(folder, 0, Name: "same"), Cancel), folder);
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            Http.Dispose();
            Directory.Delete(folder, recursive: true);
        }

        // The runtime numbers the types as ONNX does.
        private static Microsoft.ML.OnnxRuntime.Tensors.TensorElementType OnnxElement(TensorType type) => Assay.Inference.Onnx.OnnxTypes.Of(type);
    }
}
