using Assay.Governance.Access.Roles;

namespace Assay.Governance.Access.Decisions;

/// <summary>Where a permission is asked for or given: the whole installation, a project, or one resource of a project.</summary>
internal readonly record struct Place(string? Project, string? Kind = null, string? Name = null)
{
    public static readonly Place Installation = new(null);

    /// <summary>The resource that this one belongs to: of a scorer, whose name begins with it, its experiment.</summary>
    public Place? Around => Kind == RoleTable.Scorers && Name?.IndexOf('/', StringComparison.Ordinal) is > 0 and var end ? new(Project, RoleTable.Experiments, Name[..end]) : null;

    /// <summary>In words, for people.</summary>
    public override string ToString() => (Project, Kind) switch
    {
        (null, _) => "in the whole installation",
        (_, null) => $"in project '{Project}'",
        _ => $"on {Kind} '{Name}' of project '{Project}'",
    };
}
