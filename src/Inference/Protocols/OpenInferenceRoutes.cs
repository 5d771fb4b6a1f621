using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.OpenInference;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Protocols;

/// <summary>The Open Inference Protocol, version 2, over REST: health, metadata, inference, repository and statistics.</summary>
public static class OpenInferenceRoutes
{
    /// <summary>Name of the server in its metadata.</summary>
    public const string ServerName = "assay";

    /// <summary>What the server can do beside the protocol's core.</summary>
    public static readonly IReadOnlyList<string> Extensions = ["binary_tensor_data", "model_repository", "statistics"];

    private static Dialect Dialect => OpenInferenceDialect.Instance;

    /// <summary>Version of the server in its metadata.</summary>
    public static string ServerVersion { get; } = typeof(OpenInferenceRoutes).Assembly.GetName().Version!.ToString(3);

    /// <summary>Adds the routes.</summary>
    /// <param name="host">Where to.</param>
    /// <param name="serverMetadata">Whether <c>GET /v2</c> is free for it.</param>
    public static void Map(ProtocolHost host, bool serverMetadata)
    {
        if (serverMetadata)
            host.Get("/v2", RouteUse.Server, Dialect, http => ProtocolJson.Write(http, ServerMetadata()));
        host.Get("/v2/health/live", RouteUse.Server, Dialect, http => ProtocolJson.Write(http, new ServerLive(true)));
        host.Get("/v2/health/ready", RouteUse.Server, Dialect, http =>
        {
            if (!host.Answers)
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return ProtocolJson.Write(http, new ServerReady(host.Answers));
        });
        foreach (var model in (ReadOnlySpan<string>)["/v2/models/{name}", "/v2/models/{name}/versions/{version}"])
        {
            host.Get(model, RouteUse.Model, Dialect, http => Show(http, host.Models));
            host.Get($"{model}/ready", RouteUse.Health, Dialect, http => ShowReady(http, host.Models));
            host.Get($"{model}/stats", RouteUse.Model, Dialect, http => ShowStatistics(http, host.Models));
            host.PostPrediction($"{model}/infer", Dialect);
            foreach (var extension in (ReadOnlySpan<string>)["generate", "generate_stream", "config", "trace/setting"])
            {
                host.Get($"{model}/{extension}", RouteUse.Model, Dialect, WriteUnknown);
                host.Post($"{model}/{extension}", RouteUse.Model, Dialect, WriteUnknown);
            }
        }

        host.Get("/v2/models/stats", RouteUse.List, Dialect, http => ProtocolJson.Write(http, new AllStatistics([.. host.Models.List(http).SelectMany(EachVersion).Select(Statistics)])));
        host.Post("/v2/repository/index", RouteUse.List, Dialect, http => List(http, host.Models));
        host.Post("/v2/repository/models/{name}/load", RouteUse.Change, Dialect, http => Change(http, host.Models, host.Models.Load));
        host.Post("/v2/repository/models/{name}/unload", RouteUse.Change, Dialect, http => Change(http, host.Models, host.Models.Unload));
    }

    /// <summary>What the server says of itself.</summary>
    public static ServerMetadata ServerMetadata() => new(ServerName, ServerVersion, Extensions);

    internal static IEnumerable<NamedModel> EachVersion(NamedModel served) => served.Others.Prepend(served);

    internal static string PlatformOf(ServedModel? model) => model?.Kind switch
    {
        ModelKind.Table or ModelKind.Tensors => "onnxruntime_onnx",
        ModelKind.Graph => "ensemble",
        null => "",
        { } kind => $"assay_{kind.ToString().ToLowerInvariant()}",
    };

    private static async Task Show(HttpContext http, IServedModels models)
    {
        if (await Find(http, models) is not { } found)
            return;
        if (!found.IsReady)
        {
            await Dialect.WriteProblem(http, Problem.Unavailable(found.Problem ?? "The model is not loaded."));
            return;
        }

        await ProtocolJson.Write(http, new ModelMetadata(
            found.Name, [.. found.Versions], PlatformOf(found.Model), [.. found.Signature.Inputs.Select(Tensor)], [.. found.Signature.Outputs.Select(Tensor)]));
    }

    // Clients look at the status: 200 means ready.
    private static async Task ShowReady(HttpContext http, IServedModels models)
    {
        if (await Find(http, models) is not { } found)
            return;
        if (!found.IsReady)
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        await ProtocolJson.Write(http, new NamedReady(found.Name, found.IsReady));
    }

    private static async Task ShowStatistics(HttpContext http, IServedModels models)
    {
        if (await Find(http, models) is { } found)
            await ProtocolJson.Write(http, new AllStatistics([Statistics(found)]));
    }

    // Of Triton's extensions those that other routes would answer for, in another protocol's form.
    private static Task WriteUnknown(HttpContext http) => Dialect.WriteProblem(http, new(
        StatusCodes.Status404NotFound, "not-found", $"There is no {http.Request.Method} {http.Request.Path} here. A model has its metadata, /ready, /stats and /infer."));

    private static NamedStatistics Statistics(NamedModel served) =>
        new(served.Name, served.Version ?? "", served.Totals.Rows, served.Totals.Computations, served.Totals.Show(), served.Totals.ShowBatches());

    private static TensorMetadata Tensor(TensorSpec tensor) => new(tensor.Name, tensor.Datatype, tensor.Shape);

    // A body may ask for what is ready alone; whatever else stands in it says nothing.
    private static async Task List(HttpContext http, IServedModels models)
    {
        var onlyReady = false;
        if (http.Request.ContentLength is not 0)
        {
            using var body = await RequestBody.Read(http.Request, InputLimits.BodyBytesMax, http.RequestAborted);
            onlyReady = AsksForReady(body.Bytes.Span);
        }

        await ProtocolJson.Write(http, models.List(http).SelectMany(EachVersion).Where(served => served.IsReady || !onlyReady)
            .Select(served => new IndexedModel(served.Name, served.Version ?? "", served.IsReady ? "READY" : "UNAVAILABLE", served.Problem ?? "")).ToArray());
    }

    private static bool AsksForReady(ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body);
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("ready"u8))
                    return json.Read() && json.TokenType == JsonTokenType.True;
            }
        }
        catch (JsonException)   // an empty or unreadable body asks for nothing
        {
            return false;
        }

        return false;
    }

    private static async Task Change(HttpContext http, IServedModels models, Func<HttpContext, string, VersionChoice?, Task<Problem?>> change)
    {
        try
        {
            VersionChoice? choice;
            using (var body = await RequestBody.Read(http.Request, InputLimits.BodyBytesMax, http.RequestAborted))
                choice = RepositoryParameters.OfJson(body.Bytes, models.HasChoice);
            if (await change(http, Name(http), choice) is { } problem)
                await Dialect.WriteProblem(http, problem);
        }
        catch (Exception exception) when (Problem.Of(exception) is { } problem)
        {
            await Dialect.WriteProblem(http, problem);
        }
    }

    private static async ValueTask<NamedModel?> Find(HttpContext http, IServedModels models)
    {
        var (name, version) = (Name(http), http.Request.RouteValues["version"] as string);
        var found = await models.Find(http, name);
        var problem = found is null ? NamedModel.NoModel(name) : found.WhyNotVersion(version);
        if (problem is null)
            return found!.Of(version);
        await Dialect.WriteProblem(http, problem);
        return null;
    }

    private static string Name(HttpContext http) => (string)http.Request.RouteValues["name"]!;
}
