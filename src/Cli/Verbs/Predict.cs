using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;

namespace Assay.Cli.Verbs;

/// <summary><c>assay predict</c>.</summary>
internal static class Predict
{
    private static readonly Argument<string> Endpoint = new("endpoint") { Description = "Name of the endpoint", HelpName = "ENDPOINT" };

    private static readonly Argument<string> Body = new("body")
    {
        Description = "JSON: rows as [[…],[…]] in schema order, or MLflow's dataframe_split or dataframe_records; @FILE reads a file, - standard input",
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
        session.Write(answer, static document =>
        {
            var predictions = document.TryGetProperty("predictions", out var values) ? values : document;
            foreach (var prediction in predictions.EnumerateArray())
                Screen.Line(prediction.GetRawText());
        });
        return 0;
    }
}
