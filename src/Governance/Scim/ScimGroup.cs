using System.Text.Json.Nodes;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Scim;

/// <summary>A directory changed one of its groups: its name, or who belongs to it.</summary>
public sealed record GroupProvisioned(string Id, IReadOnlyList<string> Joined, IReadOnlyList<string> Left) : LedgerEvent("group.changed", Id);

/// <summary>What a directory says about a group.</summary>
/// <param name="ExternalId">Empty when the directory gives none.</param>
/// <param name="Members">Ids of people.</param>
internal sealed record ScimGroup(string Name, string ExternalId, IReadOnlySet<string> Members)
{
    public const string Schema = "urn:ietf:params:scim:schemas:core:2.0:Group";

    public const int MembersMax = 5_000;
    private const int ExternalIdLengthMax = 190;

    /// <exception cref="Refusal">An attribute can't be taken.</exception>
    public static ScimGroup Read(JsonObject body, AccessSnapshot accounts)
    {
        var name = ScimJson.Text(body, "displayName", 100);
        if (name is null || !GroupName.Fits(name))
            throw Refusal.Invalid("displayName", GroupName.Remedy);
        var members = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in body["members"] as JsonArray ?? [])
        {
            var id = ScimJson.Text(node, "value", 100);
            if (id is null || accounts.Principals.GetValueOrDefault(id) is not { Kind: PrincipalKind.Person })
                throw Refusal.Invalid("members", $"There is no user '{id}'. Members are users; groups within groups are not kept.");
            members.Add(id);
        }

        if (members.Count > MembersMax)
            throw Refusal.Invalid("members", $"A group has at most {MembersMax} members.");
        return new(name, ScimJson.Text(body, "externalId", ExternalIdLengthMax) ?? "", members);
    }

    public static JsonObject Show(HttpContext http, Group group, IEnumerable<(string Id, string Name)> members)
    {
        var shown = ScimJson.Object();
        shown["schemas"] = new JsonArray(Schema);
        shown["id"] = group.Id;
        if (group.ExternalId![ScimGroupRoutes.Prefix.Length..] is { Length: > 0 } external)
            shown["externalId"] = external;
        shown["displayName"] = group.Name;
        if (!Excluded(http))
        {
            shown["members"] = new JsonArray([.. members.Select(member =>
            {
                var one = ScimJson.Object();
                (one["value"], one["display"], one["type"]) = (member.Id, member.Name, "User");
                return one;
            })]);
        }

        return ScimResource.WithMeta(http, shown, "Group", group.CreatedAt);
    }

    /// <summary>Ids and names of the people in each of the groups.</summary>
    public static async Task<ILookup<string, (string Id, string Name)>> MembersOf(AssayDb db, IReadOnlyList<string> groups, CancellationToken cancel)
    {
        var rows = await db.GroupMembers.AsNoTracking().Where(member => groups.Contains(member.GroupId))
            .Join(db.People, member => member.PrincipalId, person => person.Id, (member, person) => new { member.GroupId, person.Id, person.DisplayName })
            .OrderBy(row => row.Id).ToListAsync(cancel);
        return rows.ToLookup(row => row.GroupId, row => (row.Id, row.DisplayName));
    }

    // Directories with large groups ask for them without their members. A change is always of the whole.
    private static bool Excluded(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method)
        && http.Request.Query["excludedAttributes"].ToString().Split(',').Any(name => ScimFilter.Bare(name.Trim()) == "members");
}
