using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Tracking.Experiments;

namespace Assay.Tracking.Mlflow;

/// <summary>One request of MLflow's API and its answer.</summary>
/// <param name="Http">The request.</param>
/// <param name="Fields">What it says, from its query or its body.</param>
internal sealed record MlflowCall(HttpContext Http, MlflowFields Fields)
{
    // Text goes out as it is, not as \u escapes: it is JSON, and no page.
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public string Project => Get<ProjectScope>().Name!;

    /// <summary>Takes the answer where another operation asks, within its own request; null when it goes to the client.</summary>
    public IBufferWriter<byte>? Into { get; init; }

    /// <summary>The experiments on which the caller holds the route's permission.</summary>
    public ExperimentScope Scope => Get<ExperimentScope>();

    /// <summary>Pseudonymous id of who calls.</summary>
    public string Caller => Get<Caller>().Id;

    public CancellationToken Cancel => Http.RequestAborted;

    public DateTimeOffset Now => Get<TimeProvider>().GetUtcNow();

    /// <summary>The experiments on which the caller holds a permission.</summary>
    public ExperimentScope ScopeOf(Permission permission) => new(Project, permission, Get<IAccess>().Reach(permission), Caller);

    public T Get<T>()
        where T : notnull => Http.RequestServices.GetRequiredService<T>();

    /// <summary>A value of the route, decoded.</summary>
    public string Route(string name) => (string)Http.Request.RouteValues[name]!;

    /// <summary>Answers with an object that has these fields.</summary>
    public Task Answer(Action<Utf8JsonWriter> fields)
    {
        if (Into is null)
            return Answer(Http, fields);
        using var json = new Utf8JsonWriter(Into, Writing);
        Write(json, fields);
        return Task.CompletedTask;
    }

    /// <summary>Answers <c>{}</c>.</summary>
    public Task Answer() => Answer(static _ => { });

    /// <summary>Writes an object as the whole body, with the status that the answer has.</summary>
    public static async Task Answer(HttpContext http, Action<Utf8JsonWriter> fields)
    {
        http.Response.ContentType = "application/json";
        await using (var json = new Utf8JsonWriter(http.Response.BodyWriter, Writing))
            Write(json, fields);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, Action<Utf8JsonWriter> fields)
    {
        json.WriteStartObject();
        fields(json);
        json.WriteEndObject();
    }
}

/// <summary>Maps operations of MLflow's API.</summary>
internal static class MlflowOperation
{
    /// <summary>Routes that speak MLflow's protocol: its errors, its clients' name and password, and no part of our own description.</summary>
    public static RouteGroupBuilder IsMlflow(this RouteGroupBuilder group) => group
        .WithMetadata(new MlflowErrorForm(), new TakesPasswords("MLflow's clients are set up with a user name and a password."))
        .ExcludeFromDescription();

    /// <summary>Maps an operation whose fields are read before it is called.</summary>
    public static IEndpointConventionBuilder MapOperation(
        this IEndpointRouteBuilder routes, string method, string path, Func<MlflowCall, Task> handle, Permission permission) =>
        routes.MapMethods(path, [method], http => Run(http, handle)).Requires(permission);

    /// <summary>Maps an operation of which who may call it is said beside.</summary>
    public static IEndpointConventionBuilder MapFields(this IEndpointRouteBuilder routes, string method, string path, Func<MlflowCall, Task> handle) =>
        routes.MapMethods(path, [method], http => Run(http, handle));

    /// <summary>The same for one that sees by itself to what its caller may do with each resource of the permission's kind.</summary>
    public static IEndpointConventionBuilder MapOperationOnAny(
        this IEndpointRouteBuilder routes, string method, string path, Func<MlflowCall, Task> handle, Permission permission) =>
        routes.MapMethods(path, [method], http => Run(http, handle)).RequiresOnAny(permission);

    /// <summary>Maps an operation that reads its body itself, of any type.</summary>
    public static IEndpointConventionBuilder MapStream(
        this IEndpointRouteBuilder routes, string method, string path, RequestDelegate handle, Permission permission) =>
        routes.MapMethods(path, [method], handle).Requires(permission);

    /// <summary>Makes the project's first experiment, where it has none yet.</summary>
    public static async Task EnsureProject(HttpContext http)
    {
        var defaults = http.RequestServices.GetRequiredService<ProjectsWithDefault>();
        if (!defaults.Has(http.RequestServices.GetRequiredService<ProjectScope>().Name!))
            await http.RequestServices.GetRequiredService<ExperimentBook>().EnsureDefault(http.RequestAborted);
    }

    private static async Task Run(HttpContext http, Func<MlflowCall, Task> handle)
    {
        await EnsureProject(http);
        using var fields = await MlflowFields.Read(http);
        await handle(new(http, fields));
    }
}
