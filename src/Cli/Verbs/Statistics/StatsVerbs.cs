using System.CommandLine;

namespace Assay.Cli.Verbs.Statistics;

/// <summary><c>assay stats</c>.</summary>
internal static class StatsVerbs
{
    public static Command Create() => new("stats", "Statistics of files, without a server") { CompareFiles.Create() };
}
