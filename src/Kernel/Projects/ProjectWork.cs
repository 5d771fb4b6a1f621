using Assay.Kernel.Permissions;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Kernel.Projects;

/// <summary>Work in a project that no request asked for.</summary>
public static class ProjectWork
{
    /// <summary>Opens a scope in a project.</summary>
    /// <param name="scopes">Where scopes come from.</param>
    /// <param name="project">Its name.</param>
    /// <param name="actor">Who acts there, as the ledger is to name it: <c>system:…</c> where nobody asked.</param>
    /// <param name="principal">The account that the actor acts for; null where nobody asked.</param>
    public static AsyncServiceScope Enter(this IServiceScopeFactory scopes, string project, string actor, string? principal = null)
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(project);
        scope.ServiceProvider.GetRequiredService<Caller>().Set(actor, principal);
        return scope;
    }
}
