using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Kernel.Refusals;

namespace Assay.Governance.Scim;

/// <summary>What users and groups have in common: address, version, conditions.</summary>
internal static class ScimResource
{
    /// <summary>Completes a resource with its <c>meta</c>: the version is a digest of all the rest.</summary>
    public static JsonObject WithMeta(HttpContext http, JsonObject resource, string kind, DateTimeOffset createdAt)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(resource.ToJsonString()));
        resource["meta"] = new JsonObject
        {
            ["resourceType"] = kind,
            ["created"] = createdAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
            ["location"] = $"{http.Request.Scheme}://{http.Request.Host}/scim/v2/{kind}s/{resource["id"]!.GetValue<string>()}",
            ["version"] = $"W/\"{Convert.ToHexStringLower(digest.AsSpan(0, 8))}\"",
        };
        return resource;
    }

    /// <summary>Answers with one resource, or with 304 to whoever has this version already.</summary>
    public static IResult Answer(HttpContext http, JsonObject resource, int status = StatusCodes.Status200OK)
    {
        var version = VersionOf(resource);
        http.Response.Headers.ETag = version;
        if (HttpMethods.IsGet(http.Request.Method) && http.Request.Headers.IfNoneMatch.Contains(version))
            return Results.StatusCode(StatusCodes.Status304NotModified);
        if (status == StatusCodes.Status201Created)
            http.Response.Headers.Location = resource["meta"]!["location"]!.GetValue<string>();
        return ScimJson.Answer(resource, status);
    }

    /// <summary>Refuses a change that was meant for another version.</summary>
    /// <exception cref="Refusal">412: somebody else changed the resource.</exception>
    public static void DemandVersion(HttpContext http, JsonObject resource)
    {
        var wanted = http.Request.Headers.IfMatch.ToString();
        if (wanted.Length > 0 && wanted != "*" && wanted != VersionOf(resource))
            throw Refusal.Limit(StatusCodes.Status412PreconditionFailed, "The resource has another version by now: read it, and send the change again.");
    }

    private static string VersionOf(JsonObject resource) => resource["meta"]!["version"]!.GetValue<string>();
}

/// <summary>Which part of a listing is wanted (RFC 7644, 3.4.2.4).</summary>
internal readonly record struct ScimPage(int StartIndex, int Count)
{
    private const string Schema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
    public const int CountMax = 200;

    /// <summary>From the query string; what is out of bounds is brought within, as the protocol asks.</summary>
    public static ScimPage Of(HttpContext http) => new(
        Math.Max(1, Number(http, "startIndex") ?? 1),
        Math.Clamp(Number(http, "count") ?? 100, 0, CountMax));

    public IResult Answer(int total, IEnumerable<JsonObject> resources)
    {
        var list = new JsonArray([.. resources]);
        return ScimJson.Answer(new JsonObject
        {
            ["schemas"] = new JsonArray(Schema),
            ["totalResults"] = total,
            ["startIndex"] = StartIndex,
            ["itemsPerPage"] = list.Count,
            ["Resources"] = list,
        });
    }

    private static int? Number(HttpContext http, string name)
    {
        var text = http.Request.Query[name].ToString();
        if (text.Length == 0)
            return null;
        return int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Refusal.Invalid(name, $"'{name}' is a whole number.");
    }
}
