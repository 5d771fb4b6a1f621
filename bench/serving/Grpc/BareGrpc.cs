using System.Net;
using Assay.Inference.OpenInference.Grpc;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.ServingBench.Grpc;

/// <summary>The least that a gRPC service does: the framework reads the message, and answers a constant one.</summary>
internal static class BareGrpc
{
    /// <summary>Role of the child process: until it is killed.</summary>
    public static async Task Run()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<IServiceMethodProvider<Service>, Methods>();
        await using var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync();
        await Console.Out.WriteLineAsync(app.Urls.First());
        await app.WaitForShutdownAsync();
    }

    private sealed class Service
    {
        private static readonly ModelInferResponse Answer = new()
        {
            ModelName = "trees",
            ModelVersion = "1",
            Outputs = { new ModelInferResponse.Types.InferOutputTensor { Name = "probability", Datatype = "FP32", Shape = { 1, 1 }, Contents = new() { Fp32Contents = { 0.123456789f } } } },
        };

        public static Task<ModelInferResponse> Infer(Service service, ModelInferRequest request, ServerCallContext context) => Task.FromResult(Answer);
    }

    // As the protocol's generated code would bind it.
    private sealed class Methods : IServiceMethodProvider<Service>
    {
        public void OnServiceMethodDiscovery(ServiceMethodProviderContext<Service> context) => context.AddUnaryMethod(
            new Method<ModelInferRequest, ModelInferResponse>(MethodType.Unary, "inference.GRPCInferenceService", "ModelInfer", Of<ModelInferRequest>(), Of<ModelInferResponse>()), [], Service.Infer);

        private static Marshaller<T> Of<T>()
            where T : class, IBufferMessage, IMessage<T>, new()
        {
            var parser = new MessageParser<T>(() => new T());
            return new(Write, context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
        }

        private static void Write<T>(T message, SerializationContext context)
            where T : class, IBufferMessage
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        }
    }
}
