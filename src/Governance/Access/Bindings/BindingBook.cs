using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access.Bindings;

/// <summary>Gives roles and takes them away, by the rules on who may.</summary>
internal sealed class BindingBook(AssayDb db, ILedger ledger, AccessChange change, TimeProvider clock)
{
    /// <summary>What holds before the change.</summary>
    public AccessSnapshot Before => change.Before;

    /// <exception cref="Refusal">The caller may not, the request names what there is not, or there is such a binding.</exception>
    public async Task<Binding> Create(CreateBindingRequest request, CancellationToken cancel)
    {
        var binding = await Add(request, cancel);
        await change.Save(BindingCreated.Of(binding), cancel);
        return binding;
    }

    /// <exception cref="Refusal">The caller may not.</exception>
    public async Task Delete(Binding binding, CancellationToken cancel)
    {
        Remove(binding);
        await change.Save(Deleted(binding), cancel);
    }

    /// <summary>Ends some and makes one, all or nothing.</summary>
    /// <exception cref="Refusal">The caller may not do all of it.</exception>
    public async Task Replace(IReadOnlyList<Binding> ended, CreateBindingRequest? made, CancellationToken cancel)
    {
        foreach (var binding in ended)
            Remove(binding);
        var added = made is null ? null : await Add(made, cancel);
        List<LedgerEvent> happened = [.. ended.Select(Deleted)];
        if (added is not null)
            happened.Add(BindingCreated.Of(added));
        if (happened.Count == 0)
            return;
        foreach (var one in happened[..^1])
            ledger.Append(one);
        await change.Save(happened[^1], cancel);
    }

    /// <exception cref="Refusal">The caller may not give roles there.</exception>
    public void Demand(Place place) => Administers(place);

    private async Task<Binding> Add(CreateBindingRequest request, CancellationToken cancel)
    {
        var binding = await Read(request, cancel);
        var place = PlaceOf(binding);
        Administers(place);
        if (binding.Effect == BindingEffect.Allow)
            change.MayGive(Before.PermissionsOf(binding.Role)!, place);
        else if (binding.ResourceKind is not null)
            Administers(new(binding.Project), "to deny something to others");
        db.Bindings.Add(binding);
        return binding;
    }

    private void Remove(Binding binding)
    {
        var place = PlaceOf(binding);
        Administers(place);

        // The end of a denial gives. And who manages one resource takes from others there no more than they could give.
        if (binding.Effect == BindingEffect.Deny || (binding.ResourceKind is not null && !Holds(new(binding.Project))))
            change.MayGive(Before.PermissionsOf(binding.Role) ?? [], place);
        db.Remove(binding);
    }

    private static BindingDeleted Deleted(Binding binding) => new(binding.Id, binding.PrincipalId, binding.Role, binding.Effect, binding.Project);

    private static Place PlaceOf(Binding binding) => new(binding.Project, binding.ResourceKind, binding.ResourceName);

    private bool Holds(Place place) => Before.Allows(change.Caller, GovernancePermissions.BindingsAdmin, place);

    // The route asks for the permission in the request's project; the binding may be about another, or about all.
    private void Administers(Place place, string what = "to give and take roles")
    {
        if (!Holds(place))
            throw Refusal.Denied($"This needs the permission '{GovernancePermissions.BindingsAdmin.Name}' {place}, {what}, which your account or your token does not have there.");
    }

    private async Task<Binding> Read(CreateBindingRequest request, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (!Before.Principals.ContainsKey(request.Principal) && !Before.Groups.ContainsKey(request.Principal))
            throw Refusal.Invalid("principal", $"There is no person, group or service account with the id '{request.Principal}'.");
        if (Before.PermissionsOf(request.Role) is null)
            throw Refusal.Invalid("role", $"There is no role '{request.Role}'. 'assay access roles list' shows those that there are.");
        if (request.Project is { } project && !await db.Projects.AnyAsync(row => row.Name == project, cancel))
            throw Refusal.Invalid("project", $"There is no project '{project}'. Create it first.");
        if (request.Resource is not null && request.Project is null)
            throw Refusal.Invalid("project", "A resource belongs to a project: name the project as well.");
        if (request.ExpiresAt <= now)
            throw Refusal.Invalid("expiresAt", "A binding that has expired already gives nothing: choose a later time.");

        var (kind, name) = ResourceText.Read(request.Resource);
        if (await db.Bindings.AnyAsync(
            row => row.PrincipalId == request.Principal && row.Role == request.Role && row.Effect == request.Effect
                && row.Project == request.Project && row.ResourceKind == kind && row.ResourceName == name
                && (row.ExpiresAt == null || row.ExpiresAt > now), cancel))
            throw Refusal.Conflict("There is such a binding already. Delete it first to give it another expiry.");
        return new()
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            PrincipalId = request.Principal,
            Role = request.Role,
            Effect = request.Effect,
            Project = request.Project,
            ResourceKind = kind,
            ResourceName = name,
            ExpiresAt = request.ExpiresAt,
            CreatedAt = now,
        };
    }
}
