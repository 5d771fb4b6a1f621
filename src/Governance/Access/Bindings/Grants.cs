using Assay.Governance.Access.Decisions;
using Assay.Governance.Access.Roles;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access.Bindings;

/// <summary>Reads bindings as steps, by what their roles hold, and writes steps as bindings of built-in roles.</summary>
internal sealed class Grants(AssayDb db, BindingBook book, AccessState access) : IGrants
{
    public void DemandManager(string project, string? resource) => book.Demand(PlaceOf(project, resource));

    public GrantLevel? Find(string principalId, string project, string? resource)
    {
        var place = PlaceOf(project, resource);
        return Highest(access.Current.BindingsOf(principalId).Where(binding => IsAt(binding, place)));
    }

    public IReadOnlyList<(string Name, GrantLevel Level)> List(string principalId, string project, string kind) =>
        [.. access.Current.BindingsOf(principalId)
            .Where(binding => binding.Project == project && binding.ResourceKind == kind)
            .GroupBy(binding => binding.ResourceName!, StringComparer.Ordinal)
            .Select(here => (Name: here.Key, Level: Highest(here)))
            .Where(here => here.Level is not null)
            .OrderBy(here => here.Name, StringComparer.Ordinal)
            .Select(here => (here.Name, here.Level!.Value))];

    public async Task Put(string principalId, string project, string? resource, GrantLevel? level, CancellationToken cancel)
    {
        var (kind, name) = ResourceText.Read(resource);
        var here = await db.Bindings
            .Where(row => row.PrincipalId == principalId && row.Project == project && row.ResourceKind == kind && row.ResourceName == name)
            .ToListAsync(cancel);
        var wanted = level is { } step ? Request(principalId, project, resource, step) : null;
        var same = here.Find(row => row.Role == wanted?.Role && row.Effect == wanted.Effect && row.ExpiresAt is null);
        await book.Replace([.. here.Where(row => row != same && LevelOf(row) is not null)], same is null ? wanted : null, cancel);
    }

    private static CreateBindingRequest Request(string principalId, string project, string? resource, GrantLevel level) => level switch
    {
        GrantLevel.Nothing => new(principalId, Role.Administrator, BindingEffect.Deny, project, resource),   // that has every permission
        GrantLevel.Read => new(principalId, Role.Viewer, BindingEffect.Allow, project, resource),
        GrantLevel.Write => new(principalId, Role.DataScientist, BindingEffect.Allow, project, resource),
        _ => new(principalId, Role.Maintainer, BindingEffect.Allow, project, resource),
    };

    // A denial wins.
    private GrantLevel? Highest(IEnumerable<Binding> bindings)
    {
        var levels = bindings.Select(LevelOf).Where(level => level is not null).ToList();
        return levels.Contains(GrantLevel.Nothing) ? GrantLevel.Nothing : levels.Max();
    }

    private GrantLevel? LevelOf(Binding binding)
    {
        var permissions = access.Current.PermissionsOf(binding.Role) ?? [];
        bool Has(string verb) => permissions.Any(permission =>
            permission.EndsWith(verb, StringComparison.Ordinal) && (binding.ResourceKind is null || RoleTable.IsAbout(permission, binding.ResourceKind)));
        if (binding.Effect == BindingEffect.Deny)
            return Has(".read") ? GrantLevel.Nothing : null;
        return permissions.Contains(GovernancePermissions.BindingsAdmin.Name) ? GrantLevel.Manage
            : Has(".write") ? GrantLevel.Write
            : Has(".read") ? GrantLevel.Read
            : null;
    }

    private static Place PlaceOf(string project, string? resource)
    {
        var (kind, name) = ResourceText.Read(resource);
        return new(project, kind, name);
    }

    private static bool IsAt(Binding binding, Place place) => new Place(binding.Project, binding.ResourceKind, binding.ResourceName) == place;
}
