using System.Text.Json;
using Assay.Inference.Requests;

namespace Assay.Inference.Predictions;

/// <summary>Problem details (RFC 9457) of a prediction that wasn't made.</summary>
internal static class ProblemAnswer
{
    public static Task Write(HttpContext http, InvalidInputException problem) =>
        Write(http, new Problem(StatusCodes.Status400BadRequest, "invalid", problem.Message) { Row = problem.Row, Column = problem.Column });

    public static Task Write(HttpContext http, RefusedRequestException problem) =>
        Write(http, new Problem(problem.Status, problem.Code, problem.Message));

    public static async Task Write(HttpContext http, Problem problem)
    {
        if (http.Response.HasStarted)
            return;
        http.Response.StatusCode = problem.Status;
        http.Response.ContentType = "application/problem+json";
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
            http.Response.Headers.RetryAfter = "1";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
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
}

/// <summary>What is said about it.</summary>
internal sealed record Problem(int Status, string Code, string Detail)
{
    public int? Row { get; init; }

    public string? Column { get; init; }
}
