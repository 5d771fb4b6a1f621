using System.Security.Claims;
using Assay.Governance.Access.Bindings;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access.Decisions;

/// <summary>Answers other modules from the snapshot; only the account of a token is looked up in the database.</summary>
internal sealed class AccountDirectory(AccessState access, IServiceScopeFactory scopes) : IDirectory
{
    private const string TokenPrefix = "token:";

    public async ValueTask<Principal?> Find(string actorId, CancellationToken cancel)
    {
        if (!actorId.StartsWith(TokenPrefix, StringComparison.Ordinal))
            return access.Current.Principals.GetValueOrDefault(actorId);

        var id = actorId[TokenPrefix.Length..];
        await using var scope = scopes.CreateAsyncScope();
        var account = await scope.ServiceProvider.GetRequiredService<AssayDb>().Tokens
            .Where(row => row.Id == id).Select(row => row.PrincipalId).SingleOrDefaultAsync(cancel);
        return account is null ? null : access.Current.Principals.GetValueOrDefault(account);
    }

    public Principal? ByName(string name) =>
        access.Current.Principals.Values.Where(principal => principal.Name == name).MinBy(principal => principal.Kind);

    public string? GroupName(string groupId) => access.Current.Groups.GetValueOrDefault(groupId);

    public string? GroupId(string name) => access.Current.Groups.FirstOrDefault(group => group.Value == name).Key;

    public IReadOnlyList<Principal> Members(string groupId) =>
        [.. access.Current.Principals.Values.Where(principal => principal.Active && principal.Groups.Contains(groupId))];

    public IReadOnlyList<string> Roles(string principalId, string project, string? resource = null)
    {
        var snapshot = access.Current;
        if (snapshot.Principals.GetValueOrDefault(principalId) is not { Active: true } principal)
            return [];
        var here = snapshot.AllBindingsOf(principal)
            .Where(binding => binding.ResourceKind is null
                ? binding.Project is null || binding.Project == project
                : resource is not null && binding.Project == project && $"{binding.ResourceKind}/{binding.ResourceName}" == resource)
            .ToList();
        return [.. here.Where(binding => binding.Effect == BindingEffect.Allow).Select(binding => binding.Role)
            .Except(here.Where(binding => binding.Effect == BindingEffect.Deny).Select(binding => binding.Role))
            .Order(StringComparer.Ordinal)];
    }

    public bool Holds(string principalId, Permission permission, string project, string? resource = null) =>
        access.Current.Allows(principalId, permission.Name, PlaceOf(permission, project, resource));

    public IReadOnlyList<Principal> Holders(Permission permission, string project, string? resource = null)
    {
        var (snapshot, place) = (access.Current, PlaceOf(permission, project, resource));
        return [.. snapshot.Principals.Values.Where(principal => snapshot.Allows(principal.Id, permission.Name, place))];
    }

    public bool May(ClaimsPrincipal caller, Permission permission, string project, string? resource = null) =>
        access.Current.Allows(caller, permission.Name, PlaceOf(permission, project, resource));

    private static Place PlaceOf(Permission permission, string project, string? resource) =>
        permission.InstallationWide ? Place.Installation
        : resource is null ? new(project)
        : new(project, permission.Kind, resource);
}
