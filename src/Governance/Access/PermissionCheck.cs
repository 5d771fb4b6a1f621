using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Microsoft.AspNetCore.Authorization;

namespace Assay.Governance.Access;

/// <summary>Decides whether a caller holds a permission in the request's project. Default deny.</summary>
internal sealed class PermissionCheck(ProjectScope scope) : AuthorizationHandler<Permission>
{
    private static readonly string[] InstallationWide = ["tokens.", "projects.admin"];

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, Permission requirement)
    {
        var project = context.User.BoundProject();
        if ((project is null || project == scope.Name) && Allows(context.User.Role(), requirement.Name))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }

    /// <summary>Whether the role's set of permissions has this one.</summary>
    public static bool Allows(Role? role, string permission) => role switch
    {
        Role.Administrator => true,
        Role.Editor => !InstallationWide.Any(prefix => permission.StartsWith(prefix, StringComparison.Ordinal)),
        Role.Viewer => permission.EndsWith(".read", StringComparison.Ordinal),
        _ => false,
    };
}
