using System.Security.Claims;
using Assay.Governance.Access.Bindings;
using Assay.Kernel.Refusals;

namespace Assay.Governance.Access.Decisions;

/// <summary>Nobody gives what they do not have themselves.</summary>
internal static class Guard
{
    /// <exception cref="Refusal">The caller lacks one of the permissions there.</exception>
    public static void MayGive(AccessSnapshot snapshot, ClaimsPrincipal caller, IEnumerable<string> permissions, Place place, string what)
    {
        if (permissions.FirstOrDefault(permission => !snapshot.Allows(caller, permission, place)) is { } missing)
            throw Refusal.Denied($"You can't give {what} '{missing}' {place}, since you do not have that permission there yourself.");
    }

    /// <summary>For whatever hands these bindings over, or ends the denials among them.</summary>
    public static void MayGiveAll(AccessSnapshot snapshot, ClaimsPrincipal caller, IEnumerable<Binding> bindings)
    {
        foreach (var binding in bindings)
            MayGive(snapshot, caller, snapshot.PermissionsOf(binding.Role) ?? [], new(binding.Project, binding.ResourceKind, binding.ResourceName), "a role with");
    }

    /// <summary>For whatever hands over all that an account and its groups are given.</summary>
    public static void MayGiveAllOf(AccessSnapshot snapshot, ClaimsPrincipal caller, Principal principal) =>
        MayGiveAll(snapshot, caller, snapshot.AllBindingsOf(principal).Where(binding => binding.Effect == BindingEffect.Allow));
}
