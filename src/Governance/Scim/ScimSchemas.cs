using System.Text.Json.Nodes;

namespace Assay.Governance.Scim;

/// <summary>The schemas, as far as attributes are kept here.</summary>
internal static class ScimSchemas
{
    public static IReadOnlyList<JsonObject> All() =>
    [
        Schema(ScimUser.Schema, "User", "A person",
            Attribute("userName", required: true, uniqueness: "server"),
            Attribute("displayName"),
            Attribute("externalId", caseExact: true),
            Complex("name", false, Attribute("formatted"), Attribute("givenName", mutability: "writeOnly"), Attribute("familyName", mutability: "writeOnly")),
            Complex("emails", true, Attribute("value"), Attribute("type"), Attribute("primary", type: "boolean")),
            Attribute("active", type: "boolean")),
        Schema(ScimGroup.Schema, "Group", "People that are given roles together",
            Attribute("displayName", required: true, uniqueness: "server"),
            Attribute("externalId", caseExact: true),
            Complex("members", true, Attribute("value", caseExact: true), Attribute("display", mutability: "readOnly"), Attribute("type", mutability: "readOnly"))),
    ];

    private static JsonObject Schema(string id, string name, string description, params JsonObject[] attributes) => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Schema"),
        ["id"] = id,
        ["name"] = name,
        ["description"] = description,
        ["attributes"] = new JsonArray([.. attributes]),
        ["meta"] = new JsonObject { ["resourceType"] = "Schema", ["location"] = $"/scim/v2/Schemas/{id}" },
    };

    private static JsonObject Attribute(
        string name, string type = "string", bool required = false, bool caseExact = false, string mutability = "readWrite", string uniqueness = "none") => new()
        {
            ["name"] = name,
            ["type"] = type,
            ["multiValued"] = false,
            ["required"] = required,
            ["caseExact"] = caseExact,
            ["mutability"] = mutability,
            ["returned"] = mutability == "writeOnly" ? "never" : "default",
            ["uniqueness"] = uniqueness,
        };

    private static JsonObject Complex(string name, bool many, params JsonObject[] parts) => new()
    {
        ["name"] = name,
        ["type"] = "complex",
        ["multiValued"] = many,
        ["required"] = false,
        ["mutability"] = "readWrite",
        ["returned"] = "default",
        ["uniqueness"] = "none",
        ["subAttributes"] = new JsonArray([.. parts]),
    };
}
