using System.Collections.Frozen;
using Assay.Governance.Access.Decisions;
using Assay.Governance.Access.Roles;
using Assay.Kernel.Refusals;

namespace Assay.Governance.Access;

/// <summary>Checks what a new token is asked to be: it acts for its maker or a service account of its maker, and may do no more than the maker.</summary>
internal sealed class NewToken(AccessState access, IHttpContextAccessor http)
{
    /// <summary>The account that the token will act for, and its scope as it is stored.</summary>
    public (Principal Principal, string? Scope) Allowed(CreateTokenRequest request)
    {
        var snapshot = access.Current;
        var caller = http.HttpContext!.User;
        var own = snapshot.Principals[caller.PrincipalId()!];
        var principal = request.Principal is null ? own : snapshot.Principals.GetValueOrDefault(request.Principal)
            ?? throw Refusal.Invalid("principal", $"There is no account '{request.Principal}'.");

        // A token of somebody else would let its maker approve as that person: each makes their own.
        if (principal.Id != own.Id && (principal.Kind != PrincipalKind.ServiceAccount || principal.Human != own.Human))
            throw Refusal.Denied($"A token acts for its maker, or for a service account that its maker owns; '{request.Principal}' is neither.");

        var scope = Scope(request, snapshot);
        if (scope is null && principal.Id == own.Id)
            throw Refusal.Invalid("role", "Name the role, or list the permissions, that the token may use at most.");
        if (scope is not null)
            Guard.MayGive(snapshot, caller, Permissions(scope, snapshot), new(request.Project), "a token with");
        else
            Guard.MayGiveAllOf(snapshot, caller, principal);
        return (principal, scope);
    }

    private static string? Scope(CreateTokenRequest request, AccessSnapshot snapshot)
    {
        if (request is { Role: not null, Permissions: not null })
            throw Refusal.Invalid("permissions", "Give either a role or permissions, not both.");
        if (request.Role is { } role)
        {
            if (snapshot.PermissionsOf(role) is null)
                throw Refusal.Invalid("role", $"There is no role '{role}'. 'assay access roles list' shows those that there are.");
            if (role == Role.Administrator && request.Project is not null)
                throw Refusal.Invalid("project", "An administrator's token is good in every project: leave project out, or choose another role.");
            return role;
        }

        return request.Permissions is { } permissions ? PermissionList.Of(permissions) : null;
    }

    private static FrozenSet<string> Permissions(string scope, AccessSnapshot snapshot) =>
        snapshot.PermissionsOf(scope) ?? scope.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}

/// <summary>Lists of permissions as they are stored: in ordinal order, with a space between them.</summary>
internal static class PermissionList
{
    /// <exception cref="Refusal">One of them does not exist, or there are none.</exception>
    public static string Of(IReadOnlyList<string> permissions)
    {
        if (permissions.Count == 0)
            throw Refusal.Invalid("permissions", "List at least one permission, such as 'models.read'.");
        if (permissions.FirstOrDefault(name => !RoleTable.Permissions.Contains(name)) is { } unknown)
            throw Refusal.Invalid("permissions", $"There is no permission '{unknown}'. docs/reference/access.md lists them all.");
        return string.Join(' ', permissions.Distinct().Order(StringComparer.Ordinal));
    }
}
