using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access;

/// <summary>Which projects exist, kept in memory once seen; projects are never renamed or removed.</summary>
internal sealed class Projects(IServiceScopeFactory scopes)
{
    private readonly ConcurrentDictionary<string, bool> _known = new();

    public void Forget() => _known.Clear();

    /// <summary>Whether the project exists for sure, without a look at the database.</summary>
    public bool IsKnown(string name) => name == ProjectScope.Default || _known.ContainsKey(name);

    public async ValueTask<bool> Exists(string name, CancellationToken cancel)
    {
        if (IsKnown(name))
            return true;
        await using var scope = scopes.CreateAsyncScope();
        var found = await scope.ServiceProvider.GetRequiredService<AssayDb>().Projects.AnyAsync(row => row.Name == name, cancel);
        if (found)
            _known[name] = true;
        return found;
    }
}

/// <summary>
/// The one place where a request gets its project: the <c>/projects/NAME</c> prefix of any path, else the first part of an
/// OCI repository's name (its clients can't send a prefix: <c>/v2/NAME/MODEL/manifests/1</c>), else what a header names: the
/// workspace of a newer client of MLflow, the project of a client of gRPC (whose addresses have no prefix either), else
/// <c>default</c>.
/// </summary>
internal static partial class ProjectPath
{
    private const string WorkspaceHeader = "X-MLFLOW-WORKSPACE";
    private const string GrpcHeader = "assay-project";
    private const string GrpcService = "/inference.";

    /// <summary>Before routing: takes the project off the path and enters it.</summary>
    public static void UseProjectPaths(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        http.RequestServices.GetRequiredService<ProjectScope>().Enter(TakeProject(http.Request) ?? ProjectScope.Default);
        return next(http);
    });

    private static string? TakeProject(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        if (path.StartsWith("/projects/", StringComparison.Ordinal) && Prefix().Match(path) is { Success: true } prefix)
        {
            request.PathBase = request.PathBase.Add(prefix.Value);
            request.Path = new(path[prefix.Length..] is { Length: > 0 } rest ? rest : "/");
            return prefix.Groups[1].Value;
        }

        if (!path.StartsWith("/v2/", StringComparison.Ordinal) || Repository().Match(path) is not { Success: true } repository)
            return InHeader(request, path);
        request.Path = new("/v2" + path[repository.Length..]);
        return repository.Groups[1].Value;
    }

    private static string? InHeader(HttpRequest request, string path)
    {
        var isGrpc = path.StartsWith(GrpcService, StringComparison.Ordinal);
        var header = isGrpc ? GrpcHeader : WorkspaceHeader;
        if (!request.Headers.TryGetValue(header, out var sent) || !(isGrpc || Mlflow().IsMatch(path)))
            return null;
        var name = sent.ToString();
        return ProjectName.Fits(name)
            ? name
            : throw Refusal.Invalid(header, $"The header {header} names a project. {ProjectName.Remedy}");
    }

    /// <summary>After authorization, so that a guest can't find out which projects exist.</summary>
    public static void UseProjectExists(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        var name = http.RequestServices.GetRequiredService<ProjectScope>().Name!;
        var projects = http.RequestServices.GetRequiredService<Projects>();
        if (!projects.IsKnown(name) && !await projects.Exists(name, http.RequestAborted))
            throw Refusal.NotFound("project", name);
        await next(http);
    });

    [GeneratedRegex(@"^/projects/([a-z0-9][a-z0-9-]{0,62})(?=/|\z)")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"^/(?:ajax-api|api)/[23]\.0/mlflow|^/(?:get-artifact|model-versions/get-artifact|graphql|v1/traces)\z")]
    private static partial Regex Mlflow();

    [GeneratedRegex("^/v2/([a-z0-9][a-z0-9-]{0,62})(?=/[^/]+/(?:manifests|blobs|tags|referrers)/.)")]
    private static partial Regex Repository();
}
