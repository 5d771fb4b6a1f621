using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Decisions;
using Assay.Governance.Access.Roles;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access.Explanations;

/// <summary>
/// Says why an account may do something or not. It looks at the same snapshot as the decision, and takes the decision's
/// word for the outcome; only the reason is worked out here.
/// </summary>
internal sealed class Explainer(AccessState access, AssayDb db, TimeProvider clock)
{
    private const string TokenPrefix = "token:";

    /// <summary>The account with that id or name, and the token when one was named; null when nothing has it.</summary>
    public async Task<(Principal Principal, AccessToken? Token)?> Find(string who, CancellationToken cancel)
    {
        var principals = access.Current.Principals;
        if (!who.StartsWith(TokenPrefix, StringComparison.Ordinal))
        {
            var found = principals.GetValueOrDefault(who)
                ?? principals.Values.Where(principal => string.Equals(principal.Name, who, StringComparison.OrdinalIgnoreCase)).MinBy(principal => principal.Kind);
            return found is null ? null : (found, null);
        }

        var id = who[TokenPrefix.Length..];
        var token = await db.Tokens.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel);
        return token?.PrincipalId is { } owner && principals.TryGetValue(owner, out var principal) ? (principal, token) : null;
    }

    /// <summary>Whether and why. A permission on what belongs to no project is judged for the whole installation.</summary>
    public AccessExplanation Explain(Principal principal, AccessToken? token, string permission, Place asked)
    {
        var snapshot = access.Current;
        var place = RoleTable.InstallationWide.Contains(permission) ? Place.Installation : asked;
        var bindings = snapshot.AllBindingsOf(principal)
            .Where(binding => Covers(binding, place) && snapshot.PermissionsOf(binding.Role)?.Contains(permission) == true)
            .OrderByDescending(binding => binding.Effect)
            .ToList();
        var holds = snapshot.Allows(principal.Id, permission, place);
        var limit = token is null ? null : LimitOf(token, permission, place, snapshot);
        return new(
            holds && limit is null,
            limit ?? Because(principal, bindings, permission, place, snapshot),
            AccountSummary.Of(principal),
            permission,
            place.Project,
            place.Kind is null ? null : $"{place.Kind}/{place.Name}",
            bindings.ConvertAll(binding => Describe(binding, principal, snapshot)));
    }

    /// <summary>What is given to an account and denied to it, by itself and through its groups.</summary>
    /// <param name="principal">Whom.</param>
    /// <param name="project">Only what holds in this project; null for all.</param>
    public IReadOnlyList<ExplainedBinding> BindingsOf(Principal principal, string? project) =>
    [
        .. access.Current.AllBindingsOf(principal)
            .Where(binding => project is null || binding.Project is null || binding.Project == project)
            .Select(binding => Describe(binding, principal, access.Current)),
    ];

    private static bool Covers(Binding binding, Place place) =>
        binding.Project is null
        || (binding.Project == place.Project
            && (binding.ResourceKind is null || IsAt(binding, place) || (place.Around is { } around && IsAt(binding, around))));

    private static bool IsAt(Binding binding, Place place) => binding.ResourceKind == place.Kind && binding.ResourceName == place.Name;

    private static string Because(Principal principal, List<Binding> bindings, string permission, Place place, AccessSnapshot snapshot)
    {
        if (!principal.Active)
        {
            return principal.Kind == PrincipalKind.Person
                ? $"{principal.Name} is deactivated."
                : $"The service account {principal.Name}, or the person who owns it, is deactivated.";
        }

        if (bindings.FirstOrDefault() is not { } decisive)
            return $"No binding gives {principal.Name}, or a group of theirs, a role with '{permission}' {place}.";
        var where = new Place(decisive.Project, decisive.ResourceKind, decisive.ResourceName);
        var whom = decisive.PrincipalId == principal.Id ? principal.Name : $"the group '{snapshot.NameOf(decisive.PrincipalId)}', to which {principal.Name} belongs,";
        return decisive.Effect == BindingEffect.Deny
            ? $"The role '{decisive.Role}' with '{permission}' is denied to {whom} {where}, and a denial wins."
            : $"The role '{decisive.Role}' with '{permission}' is given to {whom} {where}.";
    }

    private string? LimitOf(AccessToken token, string permission, Place place, AccessSnapshot snapshot)
    {
        if (token.RevokedAt is not null)
            return "The token was revoked.";
        if (token.ExpiresAt <= clock.GetUtcNow())
            return "The token has expired.";
        if (token.BoundProject is { } bound && bound != place.Project)
            return $"The token is good only in project '{bound}'.";
        if (token.Scope is not { } scope)
            return null;
        if (snapshot.PermissionsOf(scope) is { } role)
            return role.Contains(permission) ? null : $"The token may use the role '{scope}' at most, which does not have '{permission}'.";
        return scope.Split(' ').Contains(permission) ? null : $"The token may use only {scope.Replace(" ", ", ", StringComparison.Ordinal)}.";
    }

    private static ExplainedBinding Describe(Binding binding, Principal principal, AccessSnapshot snapshot) => new(
        binding.Id, binding.Role, binding.Effect,
        binding.PrincipalId == principal.Id ? null : snapshot.NameOf(binding.PrincipalId),
        binding.Project, ResourceText.Of(binding), binding.ExpiresAt);
}
