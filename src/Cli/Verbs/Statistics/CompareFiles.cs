using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Monitoring.Reports;

namespace Assay.Cli.Verbs.Statistics;

/// <summary><c>assay stats compare</c>.</summary>
internal static class CompareFiles
{
    private static readonly Argument<string> Reference = new("reference") { Description = "CSV or Parquet file, or datasets:/NAME/VERSION, that is taken as normal", HelpName = "A" };

    private static readonly Argument<string> Current = new("current") { Description = "CSV or Parquet file, or datasets:/NAME/VERSION, that is compared with it", HelpName = "B" };

    private static readonly Option<string[]> Test = new("--test")
    {
        Description = $"Show this test only, and judge by it; give it once for each. Of numbers and categories: {string.Join(", ", CompareTables.TestNames)}",
        HelpName = "NAME",
    };

    private static readonly Option<bool> Stream = new("--stream")
    {
        Description = "For Parquet files of any length: counts their number columns over bins of the reference, row group by row group; indices, distances and the pooled chi-square only",
    };

    public static Command Create()
    {
        var verb = new Verb(
            "compare",
            "Compares two files, or versions of datasets, column by column. Exits with 0 when nothing drifted, 3 when a column did, 4 when nothing could be compared, 1 when a file can't be read",
            "assay stats compare january.csv february.csv",
            "assay stats compare train.parquet live.parquet --column age --test ks --test wasserstein --json",
            "assay stats compare train.parquet year.parquet --stream",
            "assay stats compare datasets:/subscriber-churn/1 datasets:/subscriber-churn/2").Connected();
        verb.Add(Reference);
        verb.Add(Current);
        verb.Add(Test);
        verb.Add(Stream);
        ComparisonOptions.AddTo(verb);
        verb.SetAction(Handle);
        return verb;
    }

    private static async Task<int> Handle(ParseResult parsed, CancellationToken cancel)
    {
        var settings = ComparisonOptions.Settings(parsed);
        if (parsed.GetValue(Test) is { Length: > 0 } tests)
        {
            if (Array.Find(tests, test => !CompareTables.TestNames.Contains(test)) is { } unknown)
                throw new CommandException($"The test '{unknown}' is not known; use {string.Join(", ", CompareTables.TestNames)}.");
            settings = settings with { Tests = tests };
        }

        var (reference, current) = (parsed.GetRequiredValue(Reference), parsed.GetRequiredValue(Current));
        if (parsed.GetValue(Stream) && settings.Tests is not null)
            throw new CommandException("--test needs the values themselves, which --stream doesn't keep; leave one of them out.");
        using var sides = await ComparedSides.Find(parsed, reference, current, cancel);
        var comparison = parsed.GetValue(Stream)
            ? await StreamColumns.Run(DataFile.Find(sides.Reference).FilePath, DataFile.Find(sides.Current).FilePath, settings, cancel)
            : CompareTables.Columns(ComparisonOptions.Read(sides.Reference, cancel), ComparisonOptions.Read(sides.Current, cancel), settings);
        if (parsed.GetValue(VerbOptions.Json))
            Screen.WriteJson(comparison);
        else
            ComparisonText.Show(comparison);
        return ComparisonOptions.ExitCode(comparison.Verdict);
    }
}
