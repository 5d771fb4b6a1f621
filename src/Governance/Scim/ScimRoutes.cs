using System.Text.Json.Nodes;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;

namespace Assay.Governance.Scim;

/// <summary>SCIM 2.0 (RFC 7643, RFC 7644): a directory makes, changes and deactivates people, and fills its groups.</summary>
internal static class ScimRoutes
{
    /// <summary>Everything under <c>/scim/v2</c>.</summary>
    public static readonly Permission Write = new("scim.write", InstallationWide: true);

    private const string ListSchema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var scim = routes.MapGroup("/scim/v2").ExcludeFromDescription();
        scim.AddEndpointFilter(ScimErrors.Answer).WithMetadata(new ScimErrors());
        scim.MapGet("/ServiceProviderConfig", () => ScimJson.Answer(Configuration())).WithName("ScimConfiguration").Requires(Write);
        Describe(scim, "ResourceTypes", Types());
        Describe(scim, "Schemas", ScimSchemas.All());
        ScimUserRoutes.Map(scim);
        ScimGroupRoutes.Map(scim);
    }

    private static void Describe(RouteGroupBuilder scim, string what, IReadOnlyList<JsonObject> all)
    {
        scim.MapGet($"/{what}", () => ScimJson.Answer(new JsonObject
        {
            ["schemas"] = new JsonArray(ListSchema),
            ["totalResults"] = all.Count,
            ["startIndex"] = 1,
            ["itemsPerPage"] = all.Count,
            ["Resources"] = new JsonArray([.. all.Select(one => one.DeepClone())]),
        })).WithName($"Scim{what}").Requires(Write);
        scim.MapGet($"/{what}/{{id}}", (string id) => ScimJson.Answer(
            all.FirstOrDefault(one => one["id"]!.GetValue<string>() == id)?.DeepClone() ?? throw Refusal.NotFound("description", id)))
            .WithName($"ScimShow{what}").Requires(Write);
    }

    private static JsonObject Configuration() => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"),
        ["patch"] = Supported(true),
        ["bulk"] = new JsonObject { ["supported"] = false, ["maxOperations"] = 0, ["maxPayloadSize"] = 0 },
        ["filter"] = new JsonObject { ["supported"] = true, ["maxResults"] = ScimPage.CountMax },
        ["changePassword"] = Supported(false),
        ["sort"] = Supported(false),
        ["etag"] = Supported(true),
        ["authenticationSchemes"] = new JsonArray(new JsonObject
        {
            ["type"] = "oauthbearertoken",
            ["name"] = "Access token",
            ["description"] = "An access token of an account that has the permission scim.write",
        }),
        ["meta"] = new JsonObject { ["resourceType"] = "ServiceProviderConfig", ["location"] = "/scim/v2/ServiceProviderConfig" },
    };

    private static IReadOnlyList<JsonObject> Types() => [Type("User", ScimUser.Schema), Type("Group", ScimGroup.Schema)];

    private static JsonObject Type(string name, string schema) => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ResourceType"),
        ["id"] = name,
        ["name"] = name,
        ["endpoint"] = $"/{name}s",
        ["schema"] = schema,
        ["meta"] = new JsonObject { ["resourceType"] = "ResourceType", ["location"] = $"/scim/v2/ResourceTypes/{name}" },
    };

    private static JsonObject Supported(bool yes) => new() { ["supported"] = yes };
}
