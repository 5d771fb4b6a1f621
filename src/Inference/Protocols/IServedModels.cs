using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Protocols;

/// <summary>
/// The models of a host under the names by which protocols ask for them: an endpoint's in the platform, the one model's in
/// the slim server. What a caller may not see is not there.
/// </summary>
public interface IServedModels
{
    /// <summary>Whether those who load and unload choose versions; elsewhere something else says which one is served.</summary>
    bool HasChoice { get; }

    /// <summary>All that the caller may ask, by name.</summary>
    IReadOnlyList<NamedModel> List(HttpContext http);

    /// <summary>One of them, once it is loaded or can't be; null when there is none of this name.</summary>
    ValueTask<NamedModel?> Find(HttpContext http, string name);

    /// <summary>Brings the model of this name to its place, or brings it anew.</summary>
    /// <param name="http">The request.</param>
    /// <param name="name">Of the model.</param>
    /// <param name="choice">Which versions of it; null where the caller leaves that to the host.</param>
    /// <returns>What stands in the way; null when it answers.</returns>
    Task<Problem?> Load(HttpContext http, string name, VersionChoice? choice);

    /// <summary>Takes the model away and gives its memory back.</summary>
    /// <param name="http">The request.</param>
    /// <param name="name">Of the model.</param>
    /// <param name="choice">Which versions of it; null for all.</param>
    /// <returns>What stands in the way; null when it is gone.</returns>
    /// <exception cref="InvalidInputException">The choice is one of what is loaded.</exception>
    Task<Problem?> Unload(HttpContext http, string name, VersionChoice? choice);
}

/// <summary>A model under its name.</summary>
/// <param name="Name">Its name in addresses and messages.</param>
/// <param name="Version">The version that answers whoever names none, or that is not loaded at the moment; null when there is none.</param>
/// <param name="Model">What answers, for its signature; null while nothing does. It may be freed at any time.</param>
/// <param name="Problem">Why nothing answers; null when it does.</param>
/// <param name="Totals">Its calls so far.</param>
public sealed record NamedModel(string Name, string? Version, ServedModel? Model, string? Problem, CallTotals Totals)
{
    /// <summary>Whether it answers.</summary>
    public bool IsReady => Model is not null;

    internal ModelSignature Signature => Model?.Signature ?? new([], []);

    /// <summary>Other versions under this name, for whoever asks for them, such as the candidates of a roll-out.</summary>
    public IReadOnlyList<NamedModel> Others { get; init; } = [];

    /// <summary>The versions that answer.</summary>
    internal IEnumerable<string> Versions => Others.Prepend(this).Where(served => served.IsReady).Select(served => served.Version).OfType<string>();

    /// <summary>What answers whoever asks for this version; null when nothing does. Without a version it is this.</summary>
    public NamedModel? Of(string? version) =>
        string.IsNullOrEmpty(version) || version == Version ? this : Others.FirstOrDefault(other => other.Version == version);

    /// <summary>What is said to a caller who asks for this version; null when it answers, or none was asked for.</summary>
    public Problem? WhyNotVersion(string? version)
    {
        if (Of(version) is not null)
            return null;
        string[] known = [.. Versions];
        var answers = known.Length switch
        {
            0 => "",
            1 => $"; version {known[0]} answers",
            _ => $"; versions {string.Join(", ", known)} answer",
        };
        return new(StatusCodes.Status404NotFound, "not-found", $"'{Name}' has no version '{version}' here{answers}. Leave the version out to ask what answers.");
    }

    /// <summary>What is said when there is none of this name.</summary>
    public static Problem NoModel(string name) => new(StatusCodes.Status404NotFound, "not-found", $"There is no model '{name}' here.");
}

/// <summary>What a protocol's route is for; the host says beside each who may call it.</summary>
public enum RouteUse
{
    /// <summary>Says only that the server is there.</summary>
    Server,

    /// <summary>Lists what the caller may ask.</summary>
    List,

    /// <summary>About the one model that the route's value <c>name</c> names: what it takes, and whether it answers.</summary>
    Model,

    /// <summary>Says only whether the one model that <c>name</c> names answers.</summary>
    Health,

    /// <summary>Loads or unloads the model that <c>name</c> names.</summary>
    Change,

    /// <summary>A prediction by the model that <c>name</c> names.</summary>
    Predict,
}

/// <summary>How a host takes a protocol's routes in.</summary>
/// <param name="Routes">Where they go.</param>
/// <param name="Models">What they are about.</param>
/// <param name="Guard">Says for each route who may call it.</param>
/// <param name="Predict">Answers a prediction request in a dialect; the model is named by the route's value <c>name</c>, its version, if any, by <c>version</c>.</param>
public sealed record ProtocolHost(
    IEndpointRouteBuilder Routes, IServedModels Models, Action<IEndpointConventionBuilder, RouteUse, Dialect> Guard, Func<HttpContext, Dialect, Task> Predict)
{
    /// <summary>Whether anything answers here; null for a server that answers with whatever it has.</summary>
    public Func<bool>? AnyReady { get; init; }

    private static readonly string[] OtherMethods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete];

    internal bool Answers => AnyReady?.Invoke() ?? true;

    internal void Get(string pattern, RouteUse use, Dialect dialect, RequestDelegate handle) =>
        Guard(Routes.MapGet(pattern, handle), use, dialect);

    internal void Post(string pattern, RouteUse use, Dialect dialect, RequestDelegate handle) =>
        Guard(Routes.MapPost(pattern, handle), use, dialect);

    // Other methods are refused in the dialect's form: else another route would answer for them, or nobody.
    internal void PostPrediction(string pattern, Dialect dialect)
    {
        Guard(Routes.MapPost(pattern, http => Predict(http, dialect)), RouteUse.Predict, dialect);
        Guard(Routes.MapMethods(pattern, OtherMethods, http => RefuseMethod(http, dialect)), RouteUse.Model, dialect);
    }

    private static Task RefuseMethod(HttpContext http, Dialect dialect)
    {
        http.Response.Headers.Allow = HttpMethods.Post;
        return dialect.WriteProblem(http, new(StatusCodes.Status405MethodNotAllowed, "method-not-allowed", $"Ask {http.Request.Path} with POST."));
    }
}
