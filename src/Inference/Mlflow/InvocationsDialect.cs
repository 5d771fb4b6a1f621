using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Mlflow;

/// <summary><c>POST /invocations</c> of MLflow's scoring server: its four forms of JSON, and CSV with a header line.</summary>
public sealed class InvocationsDialect : PredictionsDialect
{
    private const string Csv = "text/csv";

    /// <summary>The one instance.</summary>
    public static InvocationsDialect Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "mlflow";

    internal override void CheckHeaders(HttpRequest request)
    {
        if (!ContentType.IsUtf8(request, Csv))
            ContentType.Check(request, Csv);
    }

    internal override PredictionRows Read(HttpRequest request, TableModel model, ReadOnlySpan<byte> body, out AnswerWish? wish)
    {
        if (!IsCsv(request))
            return base.Read(request, model, body, out wish);
        wish = null;
        return CsvRows.Read(body, model.Inputs);
    }

    internal override TensorQuestion ReadTensors(HttpRequest request, ServedModel model, ReadOnlyMemory<byte> body) =>
        IsCsv(request) ? new(TensorCursor.Read(CsvFrame.Write(body.Span, model), model)) : base.ReadTensors(request, model, body);

    internal override ReadOnlySpan<byte> Rows(HttpRequest request, ServedModel model, ReadOnlySpan<byte> body) => IsCsv(request) ? CsvFrame.Write(body, model) : body;

    private static bool IsCsv(HttpRequest request) => request.ContentType?.StartsWith(Csv, StringComparison.OrdinalIgnoreCase) == true;

    /// <inheritdoc/>
    public override async Task WriteProblem(HttpContext http, Problem problem)
    {
        if (!ProblemAnswer.Begin(http, problem, "application/json"))
            return;
        await using var json = ProblemAnswer.Writer(http);
        json.WriteStartObject();
        json.WriteString("error_code", CodeOf(problem.Status));
        json.WriteString("message", problem.Detail);
        if (problem.Row is { } row)
            json.WriteNumber("row", row);
        if (problem.Column is { } column)
            json.WriteString("column", column);
        json.WriteEndObject();
    }

    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "UNAUTHENTICATED",
        StatusCodes.Status403Forbidden => "PERMISSION_DENIED",
        StatusCodes.Status404NotFound => "RESOURCE_DOES_NOT_EXIST",
        StatusCodes.Status429TooManyRequests => "REQUEST_LIMIT_EXCEEDED",
        StatusCodes.Status503ServiceUnavailable => "TEMPORARILY_UNAVAILABLE",
        < 500 => "BAD_REQUEST",
        _ => "INTERNAL_ERROR",
    };
}
