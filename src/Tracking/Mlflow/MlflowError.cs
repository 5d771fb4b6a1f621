using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Refusals;

namespace Assay.Tracking.Mlflow;

/// <summary>Refusals with the codes and in the words that MLflow's clients look for.</summary>
internal static class MlflowError
{
    public const string InvalidParameter = "INVALID_PARAMETER_VALUE";
    public const string DoesNotExist = "RESOURCE_DOES_NOT_EXIST";
    public const string AlreadyExists = "RESOURCE_ALREADY_EXISTS";

    private const string SeeDocs = "See the API docs for more information about request parameters.";

    /// <summary>400.</summary>
    public static Refusal Invalid(string message) => Refusal.Foreign(StatusCodes.Status400BadRequest, InvalidParameter, message);

    /// <summary>400 for a field that is not there.</summary>
    public static Refusal Missing(string field) => Invalid($"Missing value for required parameter '{field}'. {SeeDocs}");

    /// <summary>400 for a field whose value is of another type.</summary>
    /// <param name="field">Its name.</param>
    /// <param name="json">Its value, as JSON.</param>
    /// <param name="hint">What it should be; null when the type alone says it.</param>
    public static Refusal Value(string field, string json, string? hint = null) =>
        Invalid($"Invalid value {Short(json)} for parameter '{field}' supplied: {hint ?? "Hint: Value was of another type."} {SeeDocs}");

    /// <summary>404.</summary>
    public static Refusal NotFound(string message) => Refusal.Foreign(StatusCodes.Status404NotFound, DoesNotExist, message);

    /// <summary>429.</summary>
    public static Refusal Limit(string message) => Refusal.Foreign(StatusCodes.Status429TooManyRequests, "REQUEST_LIMIT_EXCEEDED", message);

    /// <summary>400, not 409: clients look for it there.</summary>
    public static Refusal Exists(string message) => Refusal.Foreign(StatusCodes.Status400BadRequest, AlreadyExists, message);

    private static string Short(string json) => json.Shortened(500);
}

/// <summary>The error form of MLflow: <c>{"error_code", "message"}</c>.</summary>
internal sealed record MlflowErrorForm : IErrorForm
{
    public Task Write(HttpContext http, int status, string code, string message)
    {
        http.Response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized)
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"mlflow\"";
        return MlflowCall.Answer(http, json =>
        {
            json.WriteString("error_code", CodeOf(status, code));
            json.WriteString("message", Opening(code) + message);
        });
    }

    // Programs look for these words.
    private static string Opening(string code) => code switch
    {
        "unauthorized" => "You are not authenticated. ",
        "denied" => "Permission denied. ",
        _ => "",
    };

    private static string CodeOf(int status, string code) => status switch
    {
        _ when code.Length > 0 && code.All(letter => char.IsAsciiLetterUpper(letter) || letter == '_') => code,
        _ when code == "no-route" => "ENDPOINT_NOT_FOUND",   // clients then try an older one of their routes
        StatusCodes.Status405MethodNotAllowed or StatusCodes.Status415UnsupportedMediaType => "BAD_REQUEST",
        StatusCodes.Status401Unauthorized => "UNAUTHENTICATED",
        StatusCodes.Status403Forbidden => "PERMISSION_DENIED",
        StatusCodes.Status404NotFound => MlflowError.DoesNotExist,
        StatusCodes.Status409Conflict => "RESOURCE_CONFLICT",
        StatusCodes.Status429TooManyRequests => "REQUEST_LIMIT_EXCEEDED",
        StatusCodes.Status503ServiceUnavailable => "TEMPORARILY_UNAVAILABLE",
        StatusCodes.Status507InsufficientStorage => "RESOURCE_EXHAUSTED",
        < StatusCodes.Status500InternalServerError => MlflowError.InvalidParameter,
        _ => "INTERNAL_ERROR",
    };
}
