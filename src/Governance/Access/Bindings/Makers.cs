using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Projects;

namespace Assay.Governance.Access.Bindings;

/// <summary>
/// Adds to what a maker saves the binding that makes it theirs. It is in the transaction that makes the resource, and gives
/// nothing but rights on that one, so nobody is asked whether they may give it.
/// </summary>
internal sealed class Makers(AssayDb db, ILedger ledger, AccessState state, IHttpContextAccessor http, ProjectScope scope, TimeProvider clock) : IMakers
{
    public async Task Save(string kind, string name, CancellationToken cancel)
    {
        var place = new Place(scope.Name, kind, name);
        if (http.HttpContext?.User.PrincipalId() is not { } maker || state.Current.Allows(maker, GovernancePermissions.BindingsAdmin.Name, place))
        {
            await db.SaveChangesAsync(cancel);
            return;
        }

        var now = clock.GetUtcNow();
        var binding = new Binding
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            PrincipalId = maker,
            Role = Role.Maintainer,
            Effect = BindingEffect.Allow,
            Project = scope.Name,
            ResourceKind = kind,
            ResourceName = name,
            ExpiresAt = null,
            CreatedAt = now,
        };
        db.Bindings.Add(binding);
        ledger.Append(BindingCreated.Of(binding));
        await db.SaveChangesAsync(cancel);
        await state.Reload(cancel);
    }
}
