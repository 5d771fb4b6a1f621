using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Assay.Governance.Access.Decisions;

/// <summary>
/// What one principal is given and denied, by place: compiled once, then a decision is at most four look-ups, however
/// many bindings there are.
/// </summary>
internal sealed class Rights
{
    private readonly Dictionary<Place, Sets> _places = [];
    private readonly ConcurrentDictionary<(string Permission, string Project, string Kind), ResourceReach> _reaches = [];

    public void Allow(Place place, FrozenSet<string> permissions) => At(place).Allowed.UnionWith(permissions);

    public void Deny(Place place, FrozenSet<string> permissions) => At(place).Denied.UnionWith(permissions);

    /// <summary>Whether the permission is given at the place or around it, and denied at none of them.</summary>
    public bool Allows(string permission, Place place)
    {
        var allowed = false;
        return !Denies(permission, Place.Installation, ref allowed)
            && (place.Project is null || !Denies(permission, new(place.Project), ref allowed))
            && (place.Around is not { } around || !Denies(permission, around, ref allowed))
            && (place.Name is null || !Denies(permission, place, ref allowed))
            && allowed;
    }

    /// <summary>On which resources of a kind the permission holds in a project: all but those on which it is denied, or those alone on which it is given.</summary>
    public ResourceReach Reach(string permission, string project, string kind) =>
        _reaches.GetOrAdd((permission, project, kind), static (asked, rights) => rights.FindReach(asked.Permission, asked.Project, asked.Kind), this);

    private ResourceReach FindReach(string permission, string project, string kind)
    {
        var everywhere = false;
        if (Denies(permission, Place.Installation, ref everywhere) || Denies(permission, new(project), ref everywhere))
            return ResourceReach.None;
        var here = _places.Where(entry => entry.Key.Project == project && entry.Key.Kind == kind && entry.Key.Name is not null).ToList();
        var denied = here.Where(entry => entry.Value.Denied.Contains(permission)).Select(entry => entry.Key.Name!);
        return everywhere
            ? new(true, [.. denied])
            : new(false, [.. here.Where(entry => entry.Value.Allowed.Contains(permission)).Select(entry => entry.Key.Name!).Except(denied)]);
    }

    private bool Denies(string permission, Place place, ref bool allowed)
    {
        if (!_places.TryGetValue(place, out var sets))
            return false;
        allowed |= sets.Allowed.Contains(permission);
        return sets.Denied.Contains(permission);
    }

    private Sets At(Place place) => _places.TryGetValue(place, out var sets) ? sets : _places[place] = new();

    private sealed class Sets
    {
        public HashSet<string> Allowed { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Denied { get; } = new(StringComparer.Ordinal);
    }
}
