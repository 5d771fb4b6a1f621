using System.CommandLine;

namespace Assay.Cli.CommandLine;

/// <summary>What was typed.</summary>
internal static class GivenOptions
{
    /// <summary>Whether an option was typed, and doesn't just have its default.</summary>
    public static bool Has(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
