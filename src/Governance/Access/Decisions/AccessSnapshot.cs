using System.Collections.Concurrent;
using System.Collections.Frozen;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Roles;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access.Decisions;

/// <summary>
/// All accounts, roles and bindings at one moment, in memory. It never changes: a change of the tables makes another one.
/// The rights of a principal are compiled when it first asks.
/// </summary>
internal sealed class AccessSnapshot
{
    private readonly ConcurrentDictionary<string, Rights> _rights = new(StringComparer.Ordinal);
    private readonly ILookup<string, Binding> _bindings;
    private readonly FrozenDictionary<string, FrozenSet<string>> _customRoles;
    private readonly DateTimeOffset _at;

    private AccessSnapshot(
        FrozenDictionary<string, Principal> principals, FrozenDictionary<string, string> groups,
        FrozenDictionary<string, FrozenSet<string>> customRoles, IReadOnlyCollection<Binding> bindings, DateTimeOffset at)
    {
        (Principals, Groups, _customRoles, _at) = (principals, groups, customRoles, at);
        _bindings = bindings.ToLookup(binding => binding.PrincipalId, StringComparer.Ordinal);
        NextExpiry = bindings.Where(binding => binding.ExpiresAt > at).Min(binding => binding.ExpiresAt);
    }

    /// <summary>People and service accounts by id.</summary>
    public FrozenDictionary<string, Principal> Principals { get; }

    /// <summary>Names of groups by id.</summary>
    public FrozenDictionary<string, string> Groups { get; }

    /// <summary>When the next binding ends, and with it what is compiled here; null for never.</summary>
    public DateTimeOffset? NextExpiry { get; }

    /// <summary>Whether somebody may change everything, and will still when all that expires has expired.</summary>
    public bool HasAdministrator => Principals.Values.Any(principal => principal is { Kind: PrincipalKind.Person, Active: true }
        && RoleTable.Permissions.All(permission => RightsOf(principal).Allows(permission, Place.Installation)));

    /// <summary>Reads the tables as the context's transaction sees them.</summary>
    /// <param name="db">The database.</param>
    /// <param name="at">Bindings that have expired by then do not count.</param>
    /// <param name="cancel">Stops reading.</param>
    public static async Task<AccessSnapshot> Load(AssayDb db, DateTimeOffset at, CancellationToken cancel)
    {
        var people = await db.People.AsNoTracking().ToListAsync(cancel);
        var services = await db.ServiceAccounts.AsNoTracking().ToListAsync(cancel);
        var groups = await db.Groups.AsNoTracking().ToDictionaryAsync(group => group.Id, group => group.Name, cancel);
        var members = (await db.GroupMembers.AsNoTracking().ToListAsync(cancel)).ToLookup(member => member.PrincipalId, member => member.GroupId);
        var roles = await db.CustomRoles.AsNoTracking().ToListAsync(cancel);
        var bindings = await db.Bindings.AsNoTracking().ToListAsync(cancel);

        var principals = people.ToDictionary(person => person.Id, person => Describe(person, members[person.Id]), StringComparer.Ordinal);
        foreach (var service in services)
            principals[service.Id] = Describe(service, principals, members[service.Id]);

        return new(
            principals.ToFrozenDictionary(StringComparer.Ordinal),
            groups.ToFrozenDictionary(StringComparer.Ordinal),
            roles.ToFrozenDictionary(role => role.Name, role => role.Permissions.Split(' ').ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal),
            bindings,
            at);
    }

    /// <summary>The same tables at a later moment, when more bindings have expired.</summary>
    public AccessSnapshot At(DateTimeOffset now) => new(Principals, Groups, _customRoles, [.. _bindings.SelectMany(group => group)], now);

    /// <summary>The permissions of a role; null when there is no such role.</summary>
    public FrozenSet<string>? PermissionsOf(string role) =>
        RoleTable.Roles.GetValueOrDefault(role) ?? _customRoles.GetValueOrDefault(role);

    /// <summary>Whether an active principal holds the permission there. An unknown one holds nothing.</summary>
    public bool Allows(string principalId, string permission, Place place) =>
        Principals.TryGetValue(principalId, out var principal) && principal.Active && RightsOf(principal).Allows(permission, place);

    /// <summary>On which resources of its kind an active principal holds the permission in a project.</summary>
    public ResourceReach Reach(string principalId, Permission permission, string project) =>
        Principals.TryGetValue(principalId, out var principal) && principal.Active
            ? RightsOf(principal).Reach(permission.Name, project, permission.Kind)
            : ResourceReach.None;

    /// <summary>Bindings of a principal itself that have not expired.</summary>
    public IEnumerable<Binding> BindingsOf(string id) => _bindings[id].Where(binding => binding.ExpiresAt is null || binding.ExpiresAt > _at);

    /// <summary>Bindings of a principal and of its groups that have not expired.</summary>
    public IEnumerable<Binding> AllBindingsOf(Principal principal) =>
        BindingsOf(principal.Id).Concat(principal.Groups.SelectMany(BindingsOf));

    /// <summary>Names of the groups that an account belongs to.</summary>
    public IReadOnlyList<string> GroupNamesOf(string id) =>
        Principals.TryGetValue(id, out var principal) ? [.. principal.Groups.Select(group => Groups[group]).Order(StringComparer.Ordinal)] : [];

    /// <summary>Name of an account or a group, for people; the id itself when nothing has it.</summary>
    public string NameOf(string id) => Principals.GetValueOrDefault(id)?.DisplayName ?? Groups.GetValueOrDefault(id) ?? id;

    private Rights RightsOf(Principal principal) => _rights.GetOrAdd(principal.Id, static (_, state) => state.Snapshot.Compile(state.Principal), (Snapshot: this, Principal: principal));

    private Rights Compile(Principal principal)
    {
        var rights = new Rights();
        foreach (var binding in AllBindingsOf(principal))
        {
            var place = new Place(binding.Project, binding.ResourceKind, binding.ResourceName);
            var permissions = PermissionsOf(binding.Role) ?? [];
            if (binding.Effect == BindingEffect.Deny)
                rights.Deny(place, permissions);
            else
                rights.Allow(place, permissions);
        }

        return rights;
    }

    private static Principal Describe(Person person, IEnumerable<string> groups) =>
        new(person.Id, PrincipalKind.Person, person.UserName, person.DisplayName, person.Active, person.Id, [.. groups]);

    private static Principal Describe(ServiceAccount service, Dictionary<string, Principal> people, IEnumerable<string> groups)
    {
        var owned = people.TryGetValue(service.Owner, out var owner) && owner.Active;
        return new(service.Id, PrincipalKind.ServiceAccount, service.Name, service.Name, service.Active && owned, service.Owner, [.. groups]);
    }
}
