namespace Assay.Governance.Access;

/// <summary>Names of the built-in roles. What each may do stands in one table: <see cref="Roles.RoleTable"/>.</summary>
public static class Role
{
    /// <summary>Reads.</summary>
    public const string Viewer = "viewer";

    /// <summary>Reads, and writes datasets, runs, trainings and models.</summary>
    public const string DataScientist = "data-scientist";

    /// <summary>What a data scientist may do, and promotes, deploys, predicts and changes monitors.</summary>
    public const string MlEngineer = "ml-engineer";

    /// <summary>What a data scientist may do, and gives roles to others: whoever made a resource has it there.</summary>
    public const string Maintainer = "maintainer";

    /// <summary>Reads and approves; neither makes nor promotes what is to be approved.</summary>
    public const string Approver = "approver";

    /// <summary>Reads everything, also who may do what.</summary>
    public const string Auditor = "auditor";

    /// <summary>Everything.</summary>
    public const string Administrator = "administrator";
}
