using Assay.Inference.OpenInference.Grpc;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Google.Protobuf;

namespace Assay.Inference.Protocols;

/// <summary>The Open Inference Protocol, version 2, over gRPC: the same models and the same answers as over REST.</summary>
public static class GrpcRoutes
{
    private const string Service = "inference.GRPCInferenceService";

    private static Dialect Dialect => GrpcDialect.Instance;

    /// <summary>Adds the methods.</summary>
    public static void Map(ProtocolHost host)
    {
        Add(host, "ServerLive", RouteUse.Server, null, (_, _) => Done(new ServerLiveResponse { Live = true }));
        Add(host, "ServerReady", RouteUse.Server, null, (_, _) => Done(new ServerReadyResponse { Ready = host.Answers }));
        Add(host, "ServerMetadata", RouteUse.Server, null, (_, _) => Done(new ServerMetadataResponse
        {
            Name = OpenInferenceRoutes.ServerName,
            Version = OpenInferenceRoutes.ServerVersion,
            Extensions = { "model_repository", "statistics" },
        }));
        Add(host, "ModelReady", RouteUse.Health, MessageNames.OfModel, async (http, _) =>
            new ModelReadyResponse { Ready = (await Find(http, host.Models)).IsReady });
        Add(host, "ModelMetadata", RouteUse.Model, MessageNames.OfModel, (http, _) => Show(http, host.Models));
        Add(host, "RepositoryIndex", RouteUse.List, null, (http, message) => Done(List(http, host.Models, message)));
        Add(host, "RepositoryModelLoad", RouteUse.Change, MessageNames.OfRepository, async (http, message) =>
            new RepositoryModelLoadResponse { ModelName = await Change(http, message, host.Models, host.Models.Load), IsLoaded = true });
        Add(host, "RepositoryModelUnload", RouteUse.Change, MessageNames.OfRepository, async (http, message) =>
            new RepositoryModelUnloadResponse { ModelName = await Change(http, message, host.Models, host.Models.Unload), IsUnloaded = true });

        Add(host, "ModelStatistics", RouteUse.List, MessageNames.OfModel, (http, _) => Done(GrpcStatistics.Of(Asked(http, host.Models))));
        Add(host, "Check", RouteUse.Server, null, (_, message) => Done(GrpcHealth.Check(host, Service, message)), GrpcHealth.Service);
        Stream(host, "Watch", RouteUse.Server, null, (http, message) => GrpcHealth.Watch(http, host, Service, message), GrpcHealth.Service);
        Map(host, "ModelInfer", RouteUse.Predict, MessageNames.OfModel, async http =>
        {
            await MessageNames.OfModel.Take(http);
            await (http.Request.RouteValues.ContainsKey("name") ? host.Predict(http, Dialect) : Dialect.WriteProblem(http, NoName(http)));
        });
        foreach (var service in (ReadOnlySpan<string>)[Service, GrpcHealth.Service])
        {
            Map(host, "{method}", RouteUse.Server, null, http => Dialect.WriteProblem(http, new(
                StatusCodes.Status501NotImplemented, "unsupported", $"There is no method '{http.Request.RouteValues["method"]}' here.")), service);
        }
    }

    private static void Add(
        ProtocolHost host, string method, RouteUse use, MessageNames? names, Func<HttpContext, ReadOnlyMemory<byte>, ValueTask<IMessage>> answer, string service = Service) =>
        Stream(host, method, use, names, async (http, message) => await GrpcFrame.Write(http, await answer(http, message)), service);

    private static void Stream(
        ProtocolHost host, string method, RouteUse use, MessageNames? names, Func<HttpContext, ReadOnlyMemory<byte>, Task> answer, string service) =>
        Map(host, method, use, names, async http =>
        {
            try
            {
                Dialect.CheckHeaders(http.Request);
                if (names is not null)
                    await names.Take(http);
                using var body = await RequestBody.Read(http.Request, InputLimits.BodyBytesMax, http.RequestAborted);
                GrpcFrame.Unpack(http.Request, body);
                await answer(http, body.Bytes);
            }
            catch (Exception exception) when (Problem.Of(exception) is { } problem)
            {
                await Dialect.WriteProblem(http, problem);
            }
        }, service);

    private static void Map(ProtocolHost host, string method, RouteUse use, MessageNames? names, RequestDelegate handle, string service = Service)
    {
        var route = host.Routes.MapPost($"/{service}/{method}", handle);
        if (names is not null)
            route.WithMetadata(names);
        host.Guard(route, use, Dialect);
    }

    private static ValueTask<IMessage> Done(IMessage message) => new(message);

    private static async ValueTask<IMessage> Show(HttpContext http, IServedModels models)
    {
        var found = await Find(http, models);
        if (!found.IsReady)
            throw Refused(Problem.Unavailable(found.Problem ?? "The model is not loaded."));
        return new ModelMetadataResponse
        {
            Name = found.Name,
            Versions = { found.Versions },
            Platform = OpenInferenceRoutes.PlatformOf(found.Model),
            Inputs = { found.Signature.Inputs.Select(Tensor) },
            Outputs = { found.Signature.Outputs.Select(Tensor) },
        };
    }

    private static ModelMetadataResponse.Types.TensorMetadata Tensor(Tensors.TensorSpec tensor) =>
        new() { Name = tensor.Name, Datatype = tensor.Datatype, Shape = { tensor.Shape } };

    // What the caller may not ask is not there, named or not.
    private static IEnumerable<NamedModel> Asked(HttpContext http, IServedModels models)
    {
        var all = models.List(http);
        return http.Request.RouteValues["name"] is string name
            ? [OfVersion(http, name, all.FirstOrDefault(served => served.Name == name))]
            : all.SelectMany(OpenInferenceRoutes.EachVersion);
    }

    private static RepositoryIndexResponse List(HttpContext http, IServedModels models, ReadOnlyMemory<byte> body)
    {
        var onlyReady = false;
        for (var fields = new WireReader(GrpcFrame.Message(body.Span)); fields.Read();)
            onlyReady = fields.Field == RepositoryIndexRequest.ReadyFieldNumber ? fields.Number != 0 : onlyReady;
        return new()
        {
            Models =
            {
                models.List(http).SelectMany(OpenInferenceRoutes.EachVersion).Where(served => served.IsReady || !onlyReady).Select(served => new RepositoryIndexResponse.Types.ModelIndex
                {
                    Name = served.Name,
                    Version = served.Version ?? "",
                    State = served.IsReady ? "READY" : "UNAVAILABLE",
                    Reason = served.Problem ?? "",
                }),
            },
        };
    }

    private static async Task<string> Change(
        HttpContext http, ReadOnlyMemory<byte> body, IServedModels models, Func<HttpContext, string, VersionChoice?, Task<Problem?>> change)
    {
        var name = Name(http);
        var choice = RepositoryParameters.OfMessage(GrpcFrame.Message(body.Span), models.HasChoice);
        return await change(http, name, choice) is { } problem ? throw Refused(problem) : name;
    }

    private static async ValueTask<NamedModel> Find(HttpContext http, IServedModels models)
    {
        var name = Name(http);
        return OfVersion(http, name, await models.Find(http, name));
    }

    private static NamedModel OfVersion(HttpContext http, string name, NamedModel? found)
    {
        var version = http.Request.RouteValues["version"] as string;
        var problem = found is null ? NamedModel.NoModel(name) : found.WhyNotVersion(version);
        return problem is null ? found!.Of(version)! : throw Refused(problem);
    }

    private static string Name(HttpContext http) => http.Request.RouteValues["name"] as string ?? throw Refused(NoName(http));

    private static Problem NoName(HttpContext http) => GrpcFrame.IsGrpc(http.Request)
        ? new(StatusCodes.Status400BadRequest, "invalid", "The message names no model. Fill its field model_name, or name in questions about a model.")
        : GrpcDialect.NotGrpc;

    private static RefusedRequestException Refused(Problem problem) => new(problem.Status, problem.Code, problem.Detail) { RetryAfterSeconds = problem.RetryAfterSeconds };
}
