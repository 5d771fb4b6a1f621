namespace Assay.Inference.Predictions;

/// <summary>A problem as the Open Inference Protocol and KServe write it: <c>{"error":"…"}</c>, with row and column beside it for programs.</summary>
internal static class ErrorAnswer
{
    public static async Task Write(HttpContext http, Problem problem)
    {
        if (!ProblemAnswer.Begin(http, problem, "application/json"))
            return;
        await using var json = ProblemAnswer.Writer(http);
        json.WriteStartObject();
        json.WriteString("error", problem.Detail);
        if (problem.Row is { } row)
            json.WriteNumber("row", row);
        if (problem.Column is { } column)
            json.WriteString("column", column);
        json.WriteEndObject();
    }
}
