using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Assay.Inference.Predictions;

/// <summary>Problem details (RFC 9457) of a prediction that wasn't made.</summary>
internal static class ProblemAnswer
{
    // Quotes in sentences stay readable in a terminal: what escapes them for HTML isn't needed in JSON that no browser guesses to be more.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task Write(HttpContext http, Problem problem)
    {
        if (!Begin(http, problem, "application/problem+json"))
            return;
        await using var json = Writer(http);
        json.WriteStartObject();
        json.WriteString("title", problem.Code);
        json.WriteNumber("status", problem.Status);
        json.WriteString("detail", problem.Detail);
        json.WriteString("code", problem.Code);
        if (problem.Row is { } row)
            json.WriteNumber("row", row);
        if (problem.Column is { } column)
            json.WriteString("column", column);
        json.WriteEndObject();
    }

    /// <summary>Writes the body, escaping nothing but what JSON needs; the same in every dialect.</summary>
    public static Utf8JsonWriter Writer(HttpContext http) => new(http.Response.BodyWriter, Readable);

    /// <summary>Status and headers, the same in every dialect over plain HTTP. False when the answer has begun already.</summary>
    public static bool Begin(HttpContext http, Problem problem, string contentType)
    {
        if (http.Response.HasStarted)
            return false;
        http.Response.StatusCode = problem.Status;
        http.Response.ContentLength = null;
        http.Response.ContentType = contentType;
        if (problem.RetryAfterSeconds is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return true;
    }
}
