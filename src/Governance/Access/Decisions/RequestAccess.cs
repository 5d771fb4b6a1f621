using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;

namespace Assay.Governance.Access.Decisions;

/// <summary>Decides about the caller of the request under way, in the request's project.</summary>
internal sealed class RequestAccess(AccessState access, ProjectScope scope, IHttpContextAccessor http) : IAccess
{
    public bool May(Permission permission, string? resource = null) =>
        http.HttpContext is { User: var caller } && access.Current.Allows(caller, permission, PlaceOf(permission, resource));

    public ResourceReach Reach(Permission permission) =>
        http.HttpContext is { User: var caller } ? access.Current.Reach(caller, permission, scope.Name) : ResourceReach.None;

    public void Demand(Permission permission, string? resource = null)
    {
        if (!May(permission, resource))
            throw Refusal.Denied($"This needs the permission '{permission.Name}' {PlaceOf(permission, resource)}, which your account or your token does not have there.");
    }

    private Place PlaceOf(Permission permission, string? resource) =>
        resource is null ? new(scope.Name) : new(scope.Name, permission.Kind, resource);
}
