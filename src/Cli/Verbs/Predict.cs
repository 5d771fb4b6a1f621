using System.CommandLine;
using System.Text.Json;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Inference.Explanations;
using Assay.Kernel;
using Spectre.Console;

namespace Assay.Cli.Verbs;

/// <summary><c>assay predict</c>.</summary>
internal static class Predict
{
    private static readonly Argument<string> Endpoint = new("endpoint") { Description = "Name of the endpoint", HelpName = "ENDPOINT" };

    private static readonly Argument<string> Body = new("body")
    {
        Description = "JSON: rows as [[…],[…]] in schema order or [{…}] by name, tensors as {\"inputs\":{\"NAME\":…}}, or MLflow's dataframe_split or dataframe_records; @FILE reads a file, - standard input",
        HelpName = "BODY",
    };

    public static Command Create()
    {
        var verb = new Verb(
            "predict",
            "Asks an endpoint for predictions",
            "assay predict churn '[[12,\"month-to-month\",79.5]]'",
            "assay predict churn @rows.json --json",
            "assay model show churn     # lists the inputs in order").Connected();
        verb.Add(Endpoint);
        verb.Add(Body);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var body = await JsonBody.Read(session.Parsed.GetRequiredValue(Body), cancel);
        var answer = await session.Client.Endpoints.Predict(session.Parsed.GetRequiredValue(Endpoint), body, cancel);
        session.Write(answer, Show);
        return 0;
    }

    private static void Show(JsonElement answer)
    {
        ShowPredictions(answer.TryGetProperty("predictions", out var predictions) ? predictions : answer);
        if (answer.TryGetProperty("explanation", out var explanation))   // which the body asked for
            ExplanationText.Show(explanation.Deserialize<ExplanationAnswer>(AssayJson.Options)!);
    }

    // A line for each row; of several outputs a column for each, where all have as many rows.
    private static void ShowPredictions(JsonElement predictions)
    {
        var outputs = predictions.ValueKind == JsonValueKind.Object ? predictions.EnumerateObject().ToList() : [];
        if (predictions.ValueKind == JsonValueKind.Array)
        {
            foreach (var prediction in predictions.EnumerateArray())
                Screen.Line(prediction.GetRawText());
        }
        else if (outputs.Select(output => output.Value.ValueKind == JsonValueKind.Array ? output.Value.GetArrayLength() : -1).Distinct().ToList() is [>= 0 and var rows])
        {
            var table = Screen.Table([.. outputs.Select(output => Markup.Escape(output.Name))]);
            for (var row = 0; row < rows; row++)
                table.AddRow([.. outputs.Select(output => Markup.Escape(output.Value[row].GetRawText()))]);
            Screen.Out.Write(table);
        }
        else
        {
            Screen.Line(predictions.GetRawText());
        }
    }
}
