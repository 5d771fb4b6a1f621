using System.Collections.Frozen;

namespace Assay.Governance.Access.Roles;

/// <summary>The built-in roles as a set, in the order of the table's columns.</summary>
[Flags]
internal enum BuiltIn
{
    Viewer = 1,
    DataScientist = 2,
    MlEngineer = 4,
    Approver = 8,
    Auditor = 16,
    Administrator = 32,
    Maintainer = 64,
    Givers = Maintainer | Administrator,
    Makers = DataScientist | MlEngineer | Maintainer | Administrator,
    Operators = MlEngineer | Administrator,
    Overseers = Auditor | Administrator,
    Everybody = Viewer | DataScientist | MlEngineer | Maintainer | Approver | Auditor | Administrator,
}

/// <summary>A permission: what it opens, in words, and the built-in roles that have it.</summary>
/// <param name="InstallationWide">As of <see cref="Assay.Kernel.Permissions.Permission"/>: it counts only when held for the whole installation.</param>
internal sealed record RoleTableRow(string Permission, string Opens, BuiltIn Roles, bool InstallationWide = false);

/// <summary>
/// The one table of permissions and built-in roles. A permission that a route asks for and that is missing here fails the
/// route test; the table of docs/reference/access.md is written from it.
/// </summary>
internal static class RoleTable
{
    public static readonly IReadOnlyList<RoleTableRow> Rows =
    [
        new("access.admin", "change people, groups, service accounts and custom roles", BuiltIn.Administrator, InstallationWide: true),
        new("access.read", "see people, groups, service accounts, roles and bindings, and ask what others may do", BuiltIn.Overseers),
        new("bindings.admin", "give roles and take them away", BuiltIn.Givers),
        new("console.read", "open the console", BuiltIn.Everybody),
        new("datasets.read", "see and download datasets", BuiltIn.Everybody),
        new("datasets.write", "add versions of datasets", BuiltIn.Makers),
        new("endpoints.predict", "ask an endpoint for predictions", BuiltIn.Operators),
        new("endpoints.read", "see endpoints and their traffic", BuiltIn.Everybody),
        new("endpoints.write", "deploy models to endpoints, and remove endpoints", BuiltIn.Operators),
        new("keys.admin", "make new versions of the signing key", BuiltIn.Administrator, InstallationWide: true),
        new("keys.read", "see the versions of the signing key, and take its public keys", BuiltIn.Everybody),
        new("labels.write", "say what became of predictions: labels, and numbers of the business", BuiltIn.Makers),
        new("ledger.read", "see the ledger and verify it", BuiltIn.Everybody),
        new("metrics.read", "scrape the metrics, which are of all projects", BuiltIn.Operators | BuiltIn.Auditor, InstallationWide: true),
        new("models.approve", "approve or refuse versions of models", BuiltIn.Approver | BuiltIn.Administrator),
        new("models.break-glass", "take a version past the approvals that it lacks, in an emergency", BuiltIn.Administrator),
        new("models.comment", "take part in the talk about a request for approval", BuiltIn.Approver | BuiltIn.Makers),
        new("models.delete", "delete versions of models whose time is up", BuiltIn.Operators),
        new("models.hold", "hold models back from deletion, and release the holds of others", BuiltIn.Overseers),
        // Nobody who makes models, or promotes them, may also say what they must meet.
        new("models.policy", "publish the gate policies of stages", BuiltIn.Administrator),
        new("models.promote", "promote versions of models", BuiltIn.Operators),
        new("models.read", "see, verify and download models", BuiltIn.Everybody),
        new("models.retain", "change how long versions of models are kept", BuiltIn.Administrator),
        new("models.waive", "waive findings of scans, and take files of versions in quarantine", BuiltIn.Approver | BuiltIn.Administrator),
        new("models.write", "add versions of models, and ask for their approval", BuiltIn.Makers),
        new("monitors.read", "see monitors and alerts", BuiltIn.Everybody),
        new("monitors.route", "make, change, test and delete the routes by which alerts are told", BuiltIn.Administrator),
        new("monitors.write", "change monitors, evaluate them, take alerts on and silence them", BuiltIn.Operators),
        new("predictions.delete", "delete logged predictions before their days are over", BuiltIn.Administrator),
        new("predictions.read", "see logged predictions with their inputs, and download them", BuiltIn.Operators | BuiltIn.Auditor),
        new("predictions.send", "have the calls of an endpoint told to a server elsewhere", BuiltIn.Administrator),
        new("projects.admin", "make projects", BuiltIn.Administrator, InstallationWide: true),
        new("projects.read", "see that the project exists", BuiltIn.Everybody),
        new("reviews.decide", "decide on predictions that wait for a human, and override them", BuiltIn.Operators),
        new("runs.purge", "take deleted experiments and runs away for good", BuiltIn.Administrator),
        new("runs.read", "see experiments and runs", BuiltIn.Everybody),
        new("runs.write", "make experiments, and record runs", BuiltIn.Makers),
        new("scim.write", "make, change and deactivate people, and fill the directory's groups, by SCIM", BuiltIn.Administrator, InstallationWide: true),
        new("tokens.admin", "make and revoke access tokens", BuiltIn.Administrator, InstallationWide: true),
        new("tokens.read", "see access tokens, without their secrets", BuiltIn.Overseers, InstallationWide: true),
        new("trainings.read", "see trainings", BuiltIn.Everybody),
        new("trainings.write", "start and cancel trainings", BuiltIn.Makers),
        new("webhooks.admin", "make, change, test and delete webhooks", BuiltIn.Administrator),
        new("webhooks.read", "see webhooks, where they post to and how deliveries went", BuiltIn.Overseers),
    ];

    /// <summary>Names of the built-in roles, and their bits.</summary>
    public static readonly IReadOnlyList<(string Name, BuiltIn Bit)> Names =
    [
        (Role.Viewer, BuiltIn.Viewer),
        (Role.DataScientist, BuiltIn.DataScientist),
        (Role.MlEngineer, BuiltIn.MlEngineer),
        (Role.Maintainer, BuiltIn.Maintainer),
        (Role.Approver, BuiltIn.Approver),
        (Role.Auditor, BuiltIn.Auditor),
        (Role.Administrator, BuiltIn.Administrator),
    ];

    /// <summary>Every permission that there is.</summary>
    public static readonly FrozenSet<string> Permissions = Rows.Select(row => row.Permission).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The permissions that count only when they are held for the whole installation.</summary>
    public static readonly FrozenSet<string> InstallationWide =
        Rows.Where(row => row.InstallationWide).Select(row => row.Permission).ToFrozenSet(StringComparer.Ordinal);

    public const string Experiments = "experiments";

    /// <summary>Of a scorer the name is <c>EXPERIMENT/NAME</c>.</summary>
    public const string Scorers = "scorers";

    /// <summary>Kinds of resources that a binding may name.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["datasets", "endpoints", Experiments, "models", "monitors", Scorers];

    /// <summary>The kind of resource that a permission is about: runs belong to their experiment, predictions and their labels to their endpoint.</summary>
    public static string KindOf(string permission) => permission[..permission.IndexOf('.', StringComparison.Ordinal)] switch
    {
        "runs" => Experiments,
        "predictions" or "labels" or "reviews" => "endpoints",
        var word => word,
    };

    /// <summary>Whether a permission counts on a kind of resource: a scorer is a part of its experiment, and has no permissions of its own.</summary>
    public static bool IsAbout(string permission, string? kind) => KindOf(permission) == (kind == Scorers ? Experiments : kind);

    /// <summary>The permissions of each built-in role.</summary>
    public static readonly FrozenDictionary<string, FrozenSet<string>> Roles = Names.ToFrozenDictionary(
        role => role.Name,
        role => Rows.Where(row => row.Roles.HasFlag(role.Bit)).Select(row => row.Permission).ToFrozenSet(StringComparer.Ordinal),
        StringComparer.Ordinal);
}
