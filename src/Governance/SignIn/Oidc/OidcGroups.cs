using System.Security.Claims;
using Assay.Governance.Access;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Governance.SignIn.Oidc;

/// <summary>
/// Brings a person's places in the provider's groups up to date at each sign-in. A group is the provider's when its external
/// id is <c>oidc:</c> and the claim's value: an administrator made it so, or the configuration's roles did. Other groups are
/// not touched, and values that no group here has are ignored.
/// </summary>
internal sealed class OidcGroups(AssayDb db, AccessChange change, Caller who, IOptions<OidcOptions> options, TimeProvider clock, ILogger<OidcGroups> log)
{
    public const string Prefix = "oidc:";

    public async Task Sync(string person, ClaimsPrincipal said, CancellationToken cancel)
    {
        who.Set(OidcPeople.Actor);
        var wanted = said.FindAll(options.Value.GroupsClaim).Select(claim => Prefix + claim.Value).ToHashSet(StringComparer.Ordinal);
        await MakeMapped(wanted, cancel);

        var groups = await db.Groups.AsNoTracking().Where(group => group.ExternalId != null && group.ExternalId.StartsWith(Prefix)).ToListAsync(cancel);
        var places = await db.GroupMembers.Where(member => member.PrincipalId == person).ToDictionaryAsync(member => member.GroupId, cancel);
        foreach (var group in groups)
        {
            var belongs = wanted.Contains(group.ExternalId!);
            if (belongs == places.ContainsKey(group.Id))
                continue;
            if (belongs)
                db.GroupMembers.Add(new() { GroupId = group.Id, PrincipalId = person });
            else
                db.Remove(places[group.Id]);
            await change.Save(new GroupChanged(group.Id, person, belongs), cancel);
        }
    }

    // The configuration's roles become groups and bindings like any other, once somebody comes who is in them.
    private async Task MakeMapped(HashSet<string> wanted, CancellationToken cancel)
    {
        foreach (var mapped in options.Value.Roles.Where(role => wanted.Contains(Prefix + role.Group)))
        {
            if (change.Before.PermissionsOf(mapped.Role) is null || (mapped.Project is not null && !await db.Projects.AnyAsync(row => row.Name == mapped.Project, cancel)))
            {
                log.LogWarning("Oidc:Roles gives '{Role}' in '{Project}' to '{Group}', but one of them does not exist here.", mapped.Role, mapped.Project, mapped.Group);
                continue;
            }

            var external = Prefix + mapped.Group;
            var group = await db.Groups.SingleOrDefaultAsync(row => row.ExternalId == external, cancel) ?? await Make(mapped.Group, external, cancel);
            if (group is not null)
                await Bind(group, mapped, cancel);
        }
    }

    private async Task<Group?> Make(string name, string external, CancellationToken cancel)
    {
        if (await db.Groups.AnyAsync(row => row.Name == name, cancel))
        {
            log.LogWarning("The group '{Name}' is not the provider's: give it the external id '{External}', or rename it.", name, external);
            return null;
        }

        var group = new Group { Id = AccountId.New(AccountId.Group), Name = name, ExternalId = external, CreatedAt = clock.GetUtcNow() };
        db.Groups.Add(group);
        await change.Save(new GroupCreated(group.Id, group.Name), cancel);
        return group;
    }

    private async Task Bind(Group group, OidcRole mapped, CancellationToken cancel)
    {
        if (await db.Bindings.AnyAsync(
            row => row.PrincipalId == group.Id && row.Role == mapped.Role && row.Project == mapped.Project
                && row.Effect == BindingEffect.Allow && row.ResourceKind == null && row.ExpiresAt == null, cancel))
            return;
        var now = clock.GetUtcNow();
        var binding = new Binding
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            PrincipalId = group.Id,
            Role = mapped.Role,
            Effect = BindingEffect.Allow,
            Project = mapped.Project,
            ResourceKind = null,
            ResourceName = null,
            ExpiresAt = null,
            CreatedAt = now,
        };
        db.Bindings.Add(binding);
        await change.Save(BindingCreated.Of(binding), cancel);
    }
}
