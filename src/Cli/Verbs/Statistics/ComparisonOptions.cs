using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Data.Datasets;
using Assay.Monitoring.Reports;

namespace Assay.Cli.Verbs.Statistics;

/// <summary>Options and exit codes of the verbs that compare two files.</summary>
internal static class ComparisonOptions
{
    /// <summary>Exit code when something drifted.</summary>
    public const int DriftFound = 3;

    /// <summary>Exit code when nothing could be compared.</summary>
    public const int Unknown = 4;

    // Rows times columns of both files that are held in memory, 8 bytes each.
    private const long CellsMax = 250_000_000;

    public static readonly Option<string[]> Column = new("--column") { Description = "Compare this column only; give it once for each", HelpName = "NAME" };

    public static readonly Option<double> Threshold = new("--threshold")
    {
        Description = "Least population stability index that is drift when it is not chance",
        HelpName = "INDEX",
        DefaultValueFactory = _ => new ComparisonSettings().Threshold,
    };

    public static readonly Option<double> Significance = new("--significance")
    {
        Description = "Corrected p-value below which a difference is not chance",
        HelpName = "P",
        DefaultValueFactory = _ => 0.01,
    };

    public static readonly Option<int> MinimumRows = new("--minimum-rows")
    {
        Description = "Values that a column needs on either side to be judged",
        HelpName = "N",
        DefaultValueFactory = _ => 50,
    };

    public static readonly Option<string> Correction = new("--correction")
    {
        Description = "For the number of columns: bonferroni, benjamini-hochberg or none",
        HelpName = "NAME",
        DefaultValueFactory = _ => "bonferroni",
    };

    public static void AddTo(Command verb)
    {
        verb.Add(Column);
        verb.Add(Threshold);
        verb.Add(Significance);
        verb.Add(MinimumRows);
        verb.Add(Correction);
    }

    /// <exception cref="CommandException">A value is out of range.</exception>
    public static ComparisonSettings Settings(ParseResult parsed)
    {
        var columns = parsed.GetValue(Column) is { Length: > 0 } named ? named : null;
        var settings = new ComparisonSettings(
            columns, null, parsed.GetValue(Threshold), parsed.GetValue(Significance), parsed.GetValue(MinimumRows), CorrectionOf(parsed.GetValue(Correction)!));
        if (settings.Threshold is not (>= 0 and <= 100))
            throw new CommandException("--threshold is an index from 0 to 100; 0.15 is usual.");
        if (settings.Significance is not (> 0 and < 1))
            throw new CommandException("--significance is a probability above 0 and below 1; 0.01 is usual.");
        if (settings.MinimumRows < 1)
            throw new CommandException("--minimum-rows is at least 1.");
        return settings;
    }

    /// <summary>Reads a file under its own name.</summary>
    public static NamedTable Read(string path, CancellationToken cancel)
    {
        var file = DataFile.Find(path);
        var table = TableFile.Read(file.FilePath, file.Format, keepInfinite: true, cancel);
        if ((long)table.Rows * table.Columns.Count > CellsMax)
            throw new CommandException($"{path} has {table.Rows:N0} rows of {table.Columns.Count:N0} columns; compare at most {CellsMax:N0} values at once, or some of its columns in a file of their own.");
        return new(Path.GetFileName(path), table);
    }

    public static int ExitCode(ComparisonVerdict verdict) => verdict switch
    {
        ComparisonVerdict.Drift => DriftFound,
        ComparisonVerdict.Unknown => Unknown,
        _ => 0,
    };

    private static ComparisonCorrection CorrectionOf(string name) => name switch
    {
        "bonferroni" => ComparisonCorrection.Bonferroni,
        "benjamini-hochberg" => ComparisonCorrection.BenjaminiHochberg,
        "none" => ComparisonCorrection.None,
        _ => throw new CommandException($"The correction '{name}' is not known; use bonferroni, benjamini-hochberg or none."),
    };
}
