using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Quickstart;
using Assay.Inference.Models;

namespace Assay.Cli.Verbs;

/// <summary><c>assay quickstart</c>: a table becomes a signed, gated, served and watched model.</summary>
internal static class QuickstartVerb
{
    private static readonly Option<string?> Data = new("--data")
    {
        Description = "CSV or Parquet file. Default: 20,000 made-up telecom subscribers",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Label = new("--label") { Description = "Column to learn; needed with --data", HelpName = "COLUMN" };

    private static readonly Option<ModelTask?> Task = new("--task") { Description = "Default: after the label's values" };

    private static readonly Option<bool> Exit = new("--exit")
    {
        Description = "Stop the server at the end; the exit status says whether every stage held",
    };

    public static Command Create()
    {
        var verb = new Verb(
            "quickstart",
            "Starts the platform and takes a table through every stage: data, training, signature, gate, endpoint, monitoring, retraining, ledger",
            "assay quickstart",
            "assay quickstart --data telco-churn.csv --label churn",
            "assay quickstart --data bike-hour.csv --label cnt --task regression --home /tmp/bikes --exit --json");
        verb.Add(Data);
        verb.Add(Label);
        verb.Add(Task);
        verb.Add(Up.Port);
        verb.Add(Up.MetricsPort);
        verb.Add(VerbOptions.Home);
        verb.Add(Exit);
        verb.Add(VerbOptions.Json);
        verb.SetAction(Handle);
        return verb;
    }

    private static Task<int> Handle(ParseResult parsed, CancellationToken cancel)
    {
        var (data, label) = (parsed.GetValue(Data), parsed.GetValue(Label));
        if (data is null && label is not null)
            throw new CommandException("--label needs --data: without a file the quickstart makes its own table.");
        if (data is not null && string.IsNullOrWhiteSpace(label))
            throw new CommandException("--data needs --label COLUMN: which column is to be learned?");
        return QuickstartRun.Run(
            new QuickstartOptions(
                data,
                label,
                parsed.GetValue(Task),
                VerbOptions.HomeOf(parsed),
                parsed.GetValue(Up.Port),
                parsed.GetValue(Up.MetricsPort),
                parsed.GetValue(Exit),
                parsed.GetValue(VerbOptions.Json)),
            cancel);
    }
}
