using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.Features;

namespace Assay.Governance.Scim;

/// <summary>Bodies of requests and answers. Names of attributes count without regard to case.</summary>
internal static class ScimJson
{
    public const string ContentType = "application/scim+json";
    private const int BodyBytesMax = 2 << 20;
    private static readonly JsonNodeOptions AnyCase = new() { PropertyNameCaseInsensitive = true };

    /// <exception cref="Refusal">It is no JSON object.</exception>
    public static async Task<JsonObject> Read(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = BodyBytesMax;
        try
        {
            using var document = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
            return Copy(document.RootElement) as JsonObject ?? throw Refusal.Invalid("body", "The body is a JSON object.");
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)   // the latter: half a UTF-16 pair in a string
        {
            throw Refusal.Invalid("body", "The body is no well-formed JSON.");
        }
    }

    /// <summary>A new object whose names count without regard to case.</summary>
    public static JsonObject Object() => new(AnyCase);

    public static IResult Answer(JsonNode body, int status = StatusCodes.Status200OK) =>
        Results.Text(body.ToJsonString(), ContentType, statusCode: status);

    /// <summary>A text attribute; null when it is missing, null or empty.</summary>
    /// <exception cref="Refusal">It is no text, or too long.</exception>
    public static string? Text(JsonNode? from, string name, int lengthMax)
    {
        if (from is not JsonObject body || body[name] is not { } node)
            return null;
        if (node.GetValueKind() != JsonValueKind.String)
            throw Refusal.Invalid(name, $"'{name}' is a text.");
        var text = node.GetValue<string>();
        if (text.Contains('\0', StringComparison.Ordinal))
            throw Refusal.Invalid(name, $"'{name}' has a character that can't be kept.");
        return text.Length <= lengthMax ? text.Length == 0 ? null : text : throw Refusal.Invalid(name, $"'{name}' has at most {lengthMax} characters.");
    }

    /// <summary>A yes or no, which some directories send as a text.</summary>
    /// <exception cref="Refusal">It is neither.</exception>
    public static bool? Flag(JsonObject from, string name) => from[name] switch
    {
        null => null,
        var node when node.GetValueKind() is JsonValueKind.True or JsonValueKind.False => node.GetValue<bool>(),
        var node when node.GetValueKind() == JsonValueKind.String && bool.TryParse(node.GetValue<string>(), out var flag) => flag,
        _ => throw Refusal.Invalid(name, $"'{name}' is true or false."),
    };

    // At once rather than when somebody looks, so that what is malformed is found here.
    private static JsonNode? Copy(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var made = Object();
                foreach (var property in element.EnumerateObject())
                    made[property.Name] = Copy(property.Value);
                return made;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(Copy)]);
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.True or JsonValueKind.False:
                return JsonValue.Create(element.GetBoolean());
            case JsonValueKind.Number:
                return JsonValue.Create(element.Clone());
            default:
                return null;
        }
    }
}
