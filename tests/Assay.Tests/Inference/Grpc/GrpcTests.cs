using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using Assay.Inference.OpenInference.Grpc;
using Assay.Inference.Requests;
using Assay.Serve;
using Assay.Tests.Inference.Dialects;
using Google.Protobuf;
using Grpc.Core;
using static Assay.Tests.Inference.Grpc.InferenceClient;
using Infer = Assay.Inference.OpenInference.Grpc.ModelInferRequest;

namespace Assay.Tests.Inference.Grpc;

/// <summary>The Open Inference Protocol over gRPC, at the slim server.</summary>
public sealed class GrpcTests : IAsyncLifetime
{
    private static readonly Customer[] Rows = [new(30, 500, "plus"), new(64, null, null)];

    private readonly string _folder = TinyModel.WriteTo(Directory.CreateTempSubdirectory("assay-grpc-").FullName);
    private RunningServe _server = null!;
    private InferenceClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServeHost.Start(new ServeOptions(_folder, 0, Name: "tiny", Version: "7"), Cancel);
        _client = new(_server.Addresses.Predict);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_answer_has_name_version_and_id_and_the_output_as_a_tensor()
    {
        var request = TinyRequest.Typed(Rows);
        (request.Id, request.ModelVersion) = ("call \"7\"", "7");
        request.Outputs.Add(new Infer.Types.InferRequestedOutputTensor { Name = "probability" });
        var answer = await _client.Infer(request);
        Assert.Equal(("tiny", "7", "call \"7\""), (answer.ModelName, answer.ModelVersion, answer.Id));
        var output = Assert.Single(answer.Outputs);
        Assert.Equal(("probability", "FP32", "2,1"), (output.Name, output.Datatype, string.Join(',', output.Shape)));
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), output.Contents.Fp32Contents[0], 1e-6);
        Assert.Equal(TinyModel.Expect(64, null, null), output.Contents.Fp32Contents[1], 1e-6);
    }

    [Fact]
    public async Task Raw_and_typed_and_rest_give_the_same_bits()
    {
        Customer[] rows = [.. Enumerable.Range(0, 5000).Select(i => new Customer(18 + i * 0.01, i % 5 == 0 ? null : i * 0.5, i % 7 == 0 ? null : TinyModel.Plans[i % 3]))];
        var typed = (await _client.Infer(TinyRequest.Typed(rows))).Outputs[0].Contents.Fp32Contents.ToArray();
        var raw = Assert.Single((await _client.Infer(TinyRequest.Raw(rows))).RawOutputContents);
        Assert.Equal(typed.Select(BitConverter.SingleToInt32Bits), MemoryMarshal.Cast<byte, int>(raw.Span).ToArray());
        using var http = new HttpClient();
        var plain = Wording.All[0];
        using var answer = await http.PostAsync(new Uri(_server.Addresses.Predict, plain.Path), plain.Write(rows), Cancel);
        Assert.Equal(typed, plain.Predictions(await answer.Content.ReadAsByteArrayAsync(Cancel), answer.Headers));
    }

    public static TheoryData<string> Faults => [.. Wrong.Keys];

    private static readonly Dictionary<string, (Action<Infer> Spoil, string Sentence)> Wrong = new()
    {
        ["category"] = (request => request.Inputs[2].Contents.BytesContents[1] = ByteString.CopyFromUtf8("gold"),
            "Row 2, column 'plan': the model doesn't know the value \"gold\". It knows 'basic', 'größer', 'plus'."),
        ["missing number"] = (request => request.Inputs[0].Contents.Fp64Contents[1] = double.NaN,
            "Row 2, column 'age': null is not allowed, because the training data had no missing value here. Send a number."),
        ["datatype"] = (request => request.Inputs[0].Datatype = "FP99",
            "Column 'age': there is no datatype 'FP99'. Send FP32, FP64, FP16, INT8 to INT64, UINT8 to UINT64 or BOOL for numbers, or BYTES for texts."),
        ["text for a number"] = (request => request.Inputs[0] = TinyRequest.Column("age", "BYTES", 2, new() { BytesContents = { ByteString.Empty, ByteString.Empty } }),
            "Column 'age' came as BYTES, and the model takes a number (FP32, FP64, FP16, INT8 to INT64, UINT8 to UINT64 or BOOL) there."),
        ["range"] = (request => request.Inputs[0] = TinyRequest.Column("age", "INT8", 2, new() { IntContents = { 1, 300 } }),
            "Row 2, column 'age': 300 is no INT8. Name the datatype that the values have."),
        ["too few"] = (request => request.Inputs[0].Contents.Fp64Contents.RemoveAt(1), "Column 'age' has 1 values instead of the 2 of its shape."),
        ["too many"] = (request => request.Inputs[0].Contents.Fp64Contents.Add(1), "Column 'age' has more values than the 2 of its shape."),
        ["other contents"] = (request => request.Inputs[0].Contents = new() { Int64Contents = { 1, 2 } },
            "Column 'age' is FP64, and its contents are of another type. Fill the field of contents that belongs to the datatype."),
        ["only raw"] = (request => request.Inputs[0].Datatype = "FP16", "Column 'age' is FP16, which only raw_input_contents can hold."),
        ["negative shape"] = (request => request.Inputs[0].Shape[0] = -1, "Column 'age': the shape has a negative dimension. Send how many rows there are."),
        ["huge shape"] = (request => request.Inputs[0].Shape[0] = 90_000, "Column 'age': the shape says 90000 rows, for which the body is too short. Send as many values as the shape says."),
        ["no shape"] = (request => request.Inputs[0].Shape.Clear(), "Column 'age' has no shape. Send name, datatype, shape and data with each input."),
        ["unknown column"] = (request => request.Inputs[0].Name = "agee", "The model has no column 'agee'. Leave it out; the columns are 'age', 'balance', 'plan'."),
        ["missing column"] = (request => request.Inputs.RemoveAt(1), "Column 'balance' is missing. Send null where its value is not known."),
        ["raw count"] = (request => request.RawInputContents.Add(ByteString.Empty), "The message has 3 inputs and 1 raw_input_contents. Send one for each input, or none."),
        ["output"] = (request => request.Outputs.Add(new Infer.Types.InferRequestedOutputTensor { Name = "label" }), "The model has no output 'label'. Its output is 'probability'."),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task What_is_wrong_is_an_invalid_argument_in_the_words_of_rest(string fault)
    {
        var request = TinyRequest.Typed(Rows);
        Wrong[fault].Spoil(request);
        var failure = await Failure(() => _client.Infer(request));
        Assert.Equal((StatusCode.InvalidArgument, Wrong[fault].Sentence), (failure.StatusCode, failure.Status.Detail));
    }

    [Fact]
    public async Task Row_and_column_at_fault_stand_in_the_trailers_for_programs()
    {
        var failure = await Failure(() => _client.Infer(TinyRequest.Typed([.. Rows, new(30, 1, "gold")])));
        Assert.Equal(("3", "plan"), (failure.Trailers.GetValue("assay-row"), failure.Trailers.GetValue("assay-column")));
    }

    [Fact]
    public async Task Server_and_model_describe_themselves()
    {
        Assert.True((await _client.Call<ServerLiveRequest, ServerLiveResponse>("ServerLive", new())).Live);
        Assert.True((await _client.Call<ServerReadyRequest, ServerReadyResponse>("ServerReady", new())).Ready);
        Assert.Equal("assay", (await _client.Call<ServerMetadataRequest, ServerMetadataResponse>("ServerMetadata", new())).Name);
        Assert.True((await _client.Call<ModelReadyRequest, ModelReadyResponse>("ModelReady", new() { Name = "tiny", Version = "7" })).Ready);
        var model = await _client.Call<ModelMetadataRequest, ModelMetadataResponse>("ModelMetadata", new() { Name = "tiny" });
        Assert.Equal(("7", "onnxruntime_onnx"), (model.Versions.Single(), model.Platform));
        Assert.Equal(["age FP32 -1,1", "balance FP32 -1,1", "plan BYTES -1,1"], model.Inputs.Select(input => $"{input.Name} {input.Datatype} {string.Join(',', input.Shape)}"));
        Assert.Equal("probability", Assert.Single(model.Outputs).Name);
    }

    [Theory]
    [InlineData("other", "", "There is no model 'other' here.")]
    [InlineData("tiny", "8", "'tiny' has no version '8' here; version 7 answers. Leave the version out to ask what answers.")]
    public async Task A_name_or_version_that_is_not_here_is_not_found(string name, string version, string sentence)
    {
        var request = TinyRequest.Typed(Rows, name);
        request.ModelVersion = version;
        var failures = new[]
        {
            await Failure(() => _client.Infer(request)),
            await Failure(() => _client.Call<ModelReadyRequest, ModelReadyResponse>("ModelReady", new() { Name = name, Version = version })),
            await Failure(() => _client.Call<ModelMetadataRequest, ModelMetadataResponse>("ModelMetadata", new() { Name = name, Version = version })),
        };
        Assert.All(failures, failure => Assert.Equal((StatusCode.NotFound, sentence), (failure.StatusCode, failure.Status.Detail)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_model_that_is_unloaded_is_unavailable_until_it_is_loaded_again(bool asKServe)
    {
        var unload = asKServe ? new RepositoryModelUnloadRequest { RepositoryName = "tiny" } : new() { ModelName = "tiny" };
        Assert.True((await _client.Call<RepositoryModelUnloadRequest, RepositoryModelUnloadResponse>("RepositoryModelUnload", unload)).IsUnloaded);
        Assert.Equal(StatusCode.Unavailable, (await Failure(() => _client.Infer(TinyRequest.Typed(Rows)))).StatusCode);
        Assert.False((await _client.Call<ModelReadyRequest, ModelReadyResponse>("ModelReady", new() { Name = "tiny" })).Ready);
        Assert.Equal("UNAVAILABLE", Assert.Single((await Index(ready: false)).Models).State);
        Assert.Empty((await Index(ready: true)).Models);
        await _client.Call<RepositoryModelLoadRequest, RepositoryModelLoadResponse>("RepositoryModelLoad", new() { ModelName = "tiny" });
        Assert.Single((await _client.Infer(TinyRequest.Typed(Rows))).Outputs);
        Assert.Equal("READY", Assert.Single((await Index(ready: true)).Models).State);
    }

    // As Triton's clients send them, which a message has no fields for that is made from the protocol's own file.
    [Theory]
    [InlineData("\u001a\u0002{}", true)]   // a text
    [InlineData("\u0008\u0001", true)]
    [InlineData("\u0008\u0000", false)]
    public async Task Parameters_of_a_load_are_refused_unless_they_ask_for_nothing(string value, bool isRefused)
    {
        var entry = $"\u000a\u0006config\u0012{(char)value.Length}{value}";
        var message = RepositoryModelLoadRequest.Parser.ParseFrom(System.Text.Encoding.ASCII.GetBytes($"\u0012\u0004tiny\u001a{(char)entry.Length}{entry}"));
        Task Load() => _client.Call<RepositoryModelLoadRequest, RepositoryModelLoadResponse>("RepositoryModelLoad", message);
        if (!isRefused)
        {
            await Load();
            return;
        }

        var failure = await Failure(Load);
        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        Assert.StartsWith("config", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_over_the_limit_is_too_much_and_one_that_names_no_model_is_invalid()
    {
        var large = new Infer { ModelName = "tiny", RawInputContents = { UnsafeByteOperations.UnsafeWrap(new byte[InputLimits.BodyBytesMax]) } };
        var failure = await Failure(() => _client.Infer(large));
        Assert.Equal((StatusCode.ResourceExhausted, "The body is larger than 16 MiB. Send the rows in several requests."), (failure.StatusCode, failure.Status.Detail));
        Assert.Equal(StatusCode.InvalidArgument, (await Failure(() => _client.Infer(new()))).StatusCode);
        Assert.Single((await _client.Infer(TinyRequest.Typed(Rows))).Outputs);
    }

    [Fact]
    public async Task A_compressed_message_is_read_and_held_to_the_limit()
    {
        using var client = new InferenceClient(_server.Addresses.Predict) { Encoding = "gzip" };
        Assert.Equal(await _client.Infer(TinyRequest.Typed(Rows)), await client.Infer(TinyRequest.Typed(Rows)));
        Assert.True((await client.Call<ModelReadyRequest, ModelReadyResponse>("ModelReady", new() { Name = "tiny" })).Ready);
        var bomb = new Infer { ModelName = "tiny", RawInputContents = { UnsafeByteOperations.UnsafeWrap(new byte[InputLimits.BodyBytesMax]) } };
        Assert.Equal(StatusCode.ResourceExhausted, (await Failure(() => client.Infer(bomb))).StatusCode);
    }

    [Fact]
    public async Task Probes_ask_for_health_and_are_told_when_nothing_answers()
    {
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await _client.Health());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await _client.Health("inference.GRPCInferenceService"));
        Assert.Equal(StatusCode.NotFound, (await Failure(() => _client.Health("tiny"))).StatusCode);
        Assert.Equal(StatusCode.Unimplemented, (await Failure(() => _client.Health(method: "List"))).StatusCode);
        await _client.Call<RepositoryModelUnloadRequest, RepositoryModelUnloadResponse>("RepositoryModelUnload", new() { ModelName = "tiny" });
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, await _client.Health());
        Assert.False((await _client.Call<ServerReadyRequest, ServerReadyResponse>("ServerReady", new())).Ready);
        using var http = new HttpClient();
        using var ready = await http.GetAsync(new Uri(_server.Addresses.Predict, "/v2/health/ready"), Cancel);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "{\"ready\":false}"), (ready.StatusCode, await ready.Content.ReadAsStringAsync(Cancel)));
    }

    [Fact]
    public async Task Who_watches_is_told_of_each_change_and_of_the_end()
    {
        using var unknown = _client.Watch("tiny");
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.ServiceUnknown, await Next(unknown));
        using var watched = _client.Watch("inference.GRPCInferenceService");
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await Next(watched));
        await _client.Call<RepositoryModelUnloadRequest, RepositoryModelUnloadResponse>("RepositoryModelUnload", new() { ModelName = "tiny" });
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, await Next(watched));
        await _client.Call<RepositoryModelLoadRequest, RepositoryModelLoadResponse>("RepositoryModelLoad", new() { ModelName = "tiny" });
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await Next(watched));
        unknown.Dispose();
        var stopped = _server.DisposeAsync();
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, await Next(watched));
        Assert.False(await watched.ResponseStream.MoveNext(Cancel));
        Assert.Equal(StatusCode.OK, watched.GetStatus().StatusCode);
        await stopped;
    }

    private static async Task<HealthCheckResponse.Types.ServingStatus> Next(AsyncServerStreamingCall<HealthCheckResponse> call) =>
        await call.ResponseStream.MoveNext(Cancel) ? call.ResponseStream.Current.Status : throw new InvalidOperationException("The call has ended.");

    [Fact]
    public async Task Statistics_count_calls_rows_and_times()
    {
        await _client.Infer(TinyRequest.Typed(Rows));
        await Failure(() => _client.Infer(TinyRequest.Typed([new(30, 1, "gold")])));
        var stats = Assert.Single((await _client.Call<ModelStatisticsRequest, ModelStatisticsResponse>("ModelStatistics", new() { Name = "tiny" })).ModelStats);
        Assert.Equal(("tiny", "7", 2UL, 1UL), (stats.Name, stats.Version, stats.InferenceCount, stats.ExecutionCount));
        Assert.Equal((1UL, 1UL), (stats.InferenceStats.Success.Count, stats.InferenceStats.Fail.Count));
        Assert.Equal((2UL, 1UL, 0UL), (stats.BatchStats[0].BatchSize, stats.BatchStats[0].ComputeInfer.Count, stats.InferenceStats.CacheMiss.Count));
        Assert.True(stats.InferenceStats.Success.Ns >= stats.InferenceStats.ComputeInfer.Ns && stats.InferenceStats.ComputeInfer.Ns > 0);
        Assert.Equal(StatusCode.NotFound, (await Failure(() => _client.Call<ModelStatisticsRequest, ModelStatisticsResponse>("ModelStatistics", new() { Name = "tiny", Version = "8" }))).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_parameter_asks_for_reasons_which_come_as_tensors_beside_the_predictions(bool raw)
    {
        var request = raw ? TinyRequest.Raw(Rows) : TinyRequest.Typed(Rows);
        request.Parameters["explain"] = new() { BoolParam = true };
        var answer = await _client.Infer(request);
        Assert.Equal(["probability 2,1", "attributions 2,3", "base 1", "additivity_error 2"], answer.Outputs.Select(output => $"{output.Name} {string.Join(',', output.Shape)}"));
        Assert.Equal("logOdds", answer.Parameters["explanation_space"].StringParam);
        double[] values = [.. Enumerable.Range(0, 4).SelectMany(at => Values(answer, at, raw))];
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), values[0], 1e-6);
        Assert.Equal(1.5, values[8] + values[2] + values[3] + values[4], 1e-6);   // in log-odds

        request.Parameters["explain"] = new() { StringParam = "kernelShap" };
        Assert.Equal("kernelShap", (await _client.Infer(request)).Parameters["explanation_method"].StringParam);
        request.Parameters["explain"] = new() { BoolParam = false };
        Assert.Single((await _client.Infer(request)).Outputs);
        request.Parameters["explain"] = new() { StringParam = "guess" };
        Assert.Equal(StatusCode.InvalidArgument, (await Failure(() => _client.Infer(request))).StatusCode);
        request.Parameters["explain"] = new() { Int64Param = 1 };
        Assert.Equal("explain: send true, false or the name of a method.", (await Failure(() => _client.Infer(request))).Status.Detail);
    }

    private static IEnumerable<double> Values(ModelInferResponse answer, int output, bool raw)
    {
        if (!raw)
            return output == 0 ? answer.Outputs[0].Contents.Fp32Contents.Select(value => (double)value) : answer.Outputs[output].Contents.Fp64Contents;
        var bytes = answer.RawOutputContents[output].ToByteArray();
        return output == 0
            ? MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(value => (double)value)
            : MemoryMarshal.Cast<byte, double>(bytes).ToArray();
    }

    [Fact]
    public async Task A_method_that_is_not_there_is_unimplemented()
    {
        var failure = await Failure(() => _client.Call<Infer, ModelInferResponse>("ModelStreamInfer", new()));
        Assert.Equal((StatusCode.Unimplemented, "There is no method 'ModelStreamInfer' here."), (failure.StatusCode, failure.Status.Detail));
    }

    [Fact]
    public async Task Whoever_does_not_speak_grpc_is_told_so_in_json()
    {
        using var http = new HttpClient();
        using var content = new ByteArrayContent([0, 0, 0, 0, 0]);
        content.Headers.ContentType = new("application/grpc");   // over HTTP/1.1, which can't carry it
        using var answer = await http.PostAsync(new Uri(_server.Addresses.Predict, "/inference.GRPCInferenceService/ModelInfer"), content, Cancel);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains("This address speaks gRPC", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_thousand_spoiled_messages_are_answered_or_refused_and_never_break_the_server()
    {
        var random = new Random(5);
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var good = TinyRequest.Typed(Rows).ToByteArray();
        for (var i = 0; i < 5000; i++)
        {
            byte[] message = [.. good];
            for (var spoiled = random.Next(1, 4); spoiled > 0; spoiled--)
                message[random.Next(message.Length)] = (byte)random.Next(256);
            var cut = random.Next(4) == 0 ? random.Next(message.Length) : message.Length;
            byte[] body = [0, .. BitConverter.GetBytes(random.Next(8) == 0 ? random.Next() : cut).Reverse(), .. message[..cut]];
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            using var answer = await http.PostAsync(new Uri(_server.Addresses.Predict, "/inference.GRPCInferenceService/ModelInfer"), content, Cancel);
            await answer.Content.ReadAsByteArrayAsync(Cancel);
            var status = (answer.Headers.TryGetValues("grpc-status", out var values) ? values : answer.TrailingHeaders.GetValues("grpc-status")).Single();
            Assert.True(status is "0" or "3" or "5" or "8", $"{status} for {Convert.ToHexString(body)}");
        }

        Assert.Single((await _client.Infer(TinyRequest.Typed(Rows))).Outputs);
    }

    private Task<RepositoryIndexResponse> Index(bool ready) => _client.Call<RepositoryIndexRequest, RepositoryIndexResponse>("RepositoryIndex", new() { Ready = ready });
}
