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

    public async ValueTask<bool> Exists(string name, CancellationToken cancel)
    {
        if (_known.ContainsKey(name))
            return true;
        await using var scope = scopes.CreateAsyncScope();
        var found = await scope.ServiceProvider.GetRequiredService<AssayDb>().Projects.AnyAsync(row => row.Name == name, cancel);
        if (found)
            _known[name] = true;
        return found;
    }
}

/// <summary>The one place where a request gets its project: the <c>/projects/NAME</c> prefix of any path, else <c>default</c>.</summary>
internal static partial class ProjectPath
{
    /// <summary>Before routing: takes the prefix off the path and enters the project.</summary>
    public static void UseProjectPaths(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var match = Prefix().Match(http.Request.Path.Value ?? "");
        if (match.Success)
        {
            http.Request.PathBase = http.Request.PathBase.Add(match.Value);
            http.Request.Path = new(http.Request.Path.Value![match.Length..] is { Length: > 0 } rest ? rest : "/");
        }

        http.RequestServices.GetRequiredService<ProjectScope>().Enter(match.Success ? match.Groups[1].Value : ProjectScope.Default);
        return next(http);
    });

    /// <summary>After authorization, so that a guest can't find out which projects exist.</summary>
    public static void UseProjectExists(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        var name = http.RequestServices.GetRequiredService<ProjectScope>().Name!;
        if (name != ProjectScope.Default && !await http.RequestServices.GetRequiredService<Projects>().Exists(name, http.RequestAborted))
            throw Refusal.NotFound("project", name);
        await next(http);
    });

    [GeneratedRegex("^/projects/([a-z0-9][a-z0-9-]{0,62})(?=/|$)")]
    private static partial Regex Prefix();
}
