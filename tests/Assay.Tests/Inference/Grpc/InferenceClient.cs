using Assay.Inference.OpenInference.Grpc;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Assay.Tests.Inference.Grpc;

/// <summary>A real gRPC client of the Open Inference Protocol, as programs elsewhere have one.</summary>
internal sealed class InferenceClient(Uri address, string? token = null, string? project = null, HttpMessageHandler? handler = null) : IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(
        new Uri(address, "/"), new() { MaxReceiveMessageSize = null, MaxSendMessageSize = null, HttpHandler = handler });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Has messages compressed.</summary>
    public string? Encoding { get; init; }

    public Task<ModelInferResponse> Infer(ModelInferRequest request, DateTime? deadline = null, CancellationToken? cancel = null) =>
        Call<ModelInferRequest, ModelInferResponse>("ModelInfer", request, deadline, cancel);

    /// <summary>Asks a probe's question.</summary>
    public async Task<HealthCheckResponse.Types.ServingStatus> Health(string service = "", string method = "Check") =>
        (await Ask<HealthCheckRequest, HealthCheckResponse>(new(MethodType.Unary, "grpc.health.v1.Health", method, Marshal<HealthCheckRequest>(), Marshal<HealthCheckResponse>()), new() { Service = service }, null, null)).Status;

    /// <summary>Watches what a probe asks for.</summary>
    public AsyncServerStreamingCall<HealthCheckResponse> Watch(string service = "") => _channel.CreateCallInvoker().AsyncServerStreamingCall(
        new Method<HealthCheckRequest, HealthCheckResponse>(MethodType.ServerStreaming, "grpc.health.v1.Health", "Watch", Marshal<HealthCheckRequest>(), Marshal<HealthCheckResponse>()),
        null, new(Metadata(), null, Cancel), new() { Service = service });

    public Task<TAnswer> Call<TRequest, TAnswer>(string method, TRequest request, DateTime? deadline = null, CancellationToken? cancel = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TAnswer : class, IMessage<TAnswer>, new() =>
        Ask(new Method<TRequest, TAnswer>(MethodType.Unary, "inference.GRPCInferenceService", method, Marshal<TRequest>(), Marshal<TAnswer>()), request, deadline, cancel);

    private async Task<TAnswer> Ask<TRequest, TAnswer>(Method<TRequest, TAnswer> described, TRequest request, DateTime? deadline, CancellationToken? cancel)
        where TRequest : class
        where TAnswer : class
    {
        using var call = _channel.CreateCallInvoker().AsyncUnaryCall(described, null, new(Metadata(), deadline, cancel ?? Cancel), request);
        return await call.ResponseAsync;
    }

    /// <summary>How a call fails.</summary>
    public static async Task<RpcException> Failure(Func<Task> call) => await Assert.ThrowsAsync<RpcException>(call);

    public void Dispose() => _channel.Dispose();

    private Metadata Metadata()
    {
        var metadata = new Metadata();
        if (token is not null)
            metadata.Add("authorization", $"Bearer {token}");
        if (Encoding is not null)
            metadata.Add("grpc-internal-encoding-request", Encoding);   // the client's own word for it
        if (project is not null)
            metadata.Add("assay-project", project);
        return metadata;
    }

    private static Marshaller<T> Marshal<T>()
        where T : IMessage<T>, new()
    {
        var parser = new MessageParser<T>(() => new T());
        return Marshallers.Create<T>(message => message.ToByteArray(), parser.ParseFrom);
    }
}

/// <summary>Requests to <see cref="TinyModel"/>.</summary>
internal static class TinyRequest
{
    /// <summary>Columns as typed contents.</summary>
    public static ModelInferRequest Typed(IReadOnlyList<Dialects.Customer> rows, string model = "tiny") => new()
    {
        ModelName = model,
        Inputs =
        {
            Column("age", "FP64", rows.Count, new() { Fp64Contents = { rows.Select(row => Number(row.Age)) } }),
            Column("balance", "FP32", rows.Count, new() { Fp32Contents = { rows.Select(row => (float)Number(row.Balance)) } }),
            Column("plan", "BYTES", rows.Count, new() { BytesContents = { rows.Select(row => ByteString.CopyFromUtf8(row.Plan ?? "")) } }),
        },
    };

    /// <summary>The same as little-endian bytes.</summary>
    public static ModelInferRequest Raw(IReadOnlyList<Dialects.Customer> rows) => new()
    {
        ModelName = "tiny",
        Inputs = { Column("plan", "BYTES", rows.Count, null), Column("age", "FP64", rows.Count, null), Column("balance", "FP64", rows.Count, null) },
        RawInputContents =
        {
            ByteString.CopyFrom([.. rows.SelectMany(row => Text(row.Plan ?? ""))]),
            ByteString.CopyFrom([.. rows.SelectMany(row => BitConverter.GetBytes(Number(row.Age)))]),
            ByteString.CopyFrom([.. rows.SelectMany(row => BitConverter.GetBytes(Number(row.Balance)))]),
        },
    };

    public static ModelInferRequest.Types.InferInputTensor Column(string name, string datatype, int rows, InferTensorContents? contents) =>
        new() { Name = name, Datatype = datatype, Shape = { rows }, Contents = contents };

    private static double Number(object? value) => value is null ? double.NaN : Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] Text(string text) => [.. BitConverter.GetBytes(System.Text.Encoding.UTF8.GetByteCount(text)), .. System.Text.Encoding.UTF8.GetBytes(text)];
}
