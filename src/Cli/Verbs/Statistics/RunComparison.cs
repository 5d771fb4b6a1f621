using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Output;
using Assay.Monitoring.Reports;

namespace Assay.Cli.Verbs.Statistics;

/// <summary><c>assay monitor run</c>: the monitors' report for files, without a server, and for versions of datasets.</summary>
internal static class RunComparison
{
    private static readonly Option<string> Reference = new("--reference") { Description = "CSV or Parquet file, or datasets:/NAME/VERSION, that is taken as normal", HelpName = "A", Required = true };

    private static readonly Option<string> Current = new("--current") { Description = "CSV or Parquet file, or datasets:/NAME/VERSION, that is judged", HelpName = "B", Required = true };

    private static readonly Option<string?> Label = new("--label") { Description = "Column of the label, in both files; with --prediction, predictions are measured", HelpName = "NAME" };

    private static readonly Option<string?> Prediction = new("--prediction")
    {
        Description = "Column of the prediction: a class, a number, or the probability of a label of 1",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Html = new("--html") { Description = "Write the report to this file: one HTML page that stands alone", HelpName = "FILE" };

    public static Command Create()
    {
        var verb = new Verb(
            "run",
            "Compares a file, or a version of a dataset, with a reference: drift, quality, and performance where a label is named. Exits with 0 when all is calm, 3 on drift, worse performance or a critical finding, 4 when nothing could be compared, 1 when a file can't be read",
            "assay monitor run --reference train.csv --current today.csv --html drift.html",
            "assay monitor run --reference train.parquet --current week.parquet --label churned --prediction score --json",
            "assay monitor run --reference datasets:/subscriber-churn/1 --current datasets:/subscriber-churn/latest").Connected();
        verb.Add(Reference);
        verb.Add(Current);
        verb.Add(Label);
        verb.Add(Prediction);
        verb.Add(Html);
        ComparisonOptions.AddTo(verb);
        verb.SetAction(Handle);
        return verb;
    }

    private static async Task<int> Handle(ParseResult parsed, CancellationToken cancel)
    {
        var (label, prediction) = (parsed.GetValue(Label), parsed.GetValue(Prediction));
        if (label is null != prediction is null)
            throw new CommandException("--label and --prediction go together: name both, or neither.");
        using var sides = await ComparedSides.Find(parsed, parsed.GetRequiredValue(Reference), parsed.GetRequiredValue(Current), cancel);
        var comparison = CompareTables.Whole(
            ComparisonOptions.Read(sides.Reference, cancel), ComparisonOptions.Read(sides.Current, cancel),
            ComparisonOptions.Settings(parsed), label, prediction);
        if (parsed.GetValue(Html) is { } file)
            await File.WriteAllTextAsync(file, HtmlReport.Write(comparison, TimeProvider.System.GetUtcNow()), cancel);
        if (parsed.GetValue(VerbOptions.Json))
            Screen.WriteJson(comparison);
        else
            ComparisonText.Show(comparison);
        return ExitCode(comparison);
    }

    private static int ExitCode(TableComparison comparison) =>
        comparison.Performance.Any(figure => figure.Worse == true) || comparison.Quality.Any(finding => finding.Severity == "critical")
            ? ComparisonOptions.DriftFound
            : ComparisonOptions.ExitCode(comparison.Verdict);
}
