namespace Assay.Governance.Ledger;

/// <summary>
/// Events about what belongs to the installation and not to a project: accounts, roles, tokens, sessions, keys, projects.
/// Each carries the project of the path by which it came, mostly <c>default</c>, which says nothing of whom it concerns.
/// </summary>
internal static class InstallationEvents
{
    private const string OfBindings = "binding.";

    private static readonly string[] Prefixes =
    [
        "blobs.", "group.", "key.", "login.", "password.", "person.", "project.", "role.", "service-account.", "session.", "token.", "tokens.",
    ];

    /// <summary>Whether events of that type are about the installation, whatever project they carry.</summary>
    public static bool IsOne(string type) => Prefixes.Any(prefix => type.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Whether an entry is a project's own; see <see cref="OfProject"/>.</summary>
    public static bool IsOf(string project, LedgerEntry entry) =>
        entry.Project == project && !IsOne(entry.Type)
        && (!entry.Type.StartsWith(OfBindings, StringComparison.Ordinal) || entry.Data.GetProperty("boundProject").GetString() == project);

    /// <summary>Entries of a project without those about the installation. What is given and taken in the project is its own.</summary>
    public static IQueryable<LedgerRow> OfProject(this IQueryable<LedgerRow> rows, string project)
    {
        rows = rows.Where(row => row.Project == project);
        foreach (var prefix in Prefixes)
            rows = rows.Where(row => !row.Type.StartsWith(prefix));

        // In canonical JSON, in which a text can't hold the quotes that stand here.
        var bound = $"\"boundProject\":\"{project}\"";
        return rows.Where(row => !row.Type.StartsWith(OfBindings) || row.Body.Contains(bound));
    }
}
