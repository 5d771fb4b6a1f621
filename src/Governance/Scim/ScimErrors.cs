using System.Text.Json.Nodes;
using Assay.Kernel.Refusals;

namespace Assay.Governance.Scim;

/// <summary>Refusals in SCIM's form (RFC 7644, 3.12). A 403 goes on, so that it is recorded like every other, and is written at last.</summary>
internal sealed class ScimErrors : IErrorForm
{
    private const string Schema = "urn:ietf:params:scim:api:messages:2.0:Error";

    public Task Write(HttpContext http, int status, string code, string message) =>
        ScimJson.Answer(Body(status, message, status == StatusCodes.Status409Conflict ? "uniqueness" : null), status).ExecuteAsync(http);

    public static async ValueTask<object?> Answer(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Refusal refusal) when (refusal.Status != StatusCodes.Status403Forbidden)
        {
            return ScimJson.Answer(Body(refusal.Status, refusal.Message, KindOf(refusal)), refusal.Status);
        }
    }

    private static JsonObject Body(int status, string message, string? kind)
    {
        var body = new JsonObject { ["schemas"] = new JsonArray(Schema), ["status"] = $"{status}", ["detail"] = message };
        if (kind is not null)
            body["scimType"] = kind;
        return body;
    }

    private static string? KindOf(Refusal refusal) => (refusal.Status, refusal.Field) switch
    {
        (StatusCodes.Status400BadRequest, "filter") => "invalidFilter",
        (StatusCodes.Status400BadRequest, "path") => "invalidPath",
        (StatusCodes.Status400BadRequest, "body") => "invalidSyntax",
        (StatusCodes.Status400BadRequest, _) => "invalidValue",
        (StatusCodes.Status409Conflict, _) => "uniqueness",
        _ => null,
    };
}
