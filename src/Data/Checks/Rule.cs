namespace Assay.Data.Checks;

/// <summary>
/// Something that every later version of a dataset must meet, inferred from its first version.
/// </summary>
/// <param name="Name">Kind and column, such as <c>range:age</c>; unique within the dataset.</param>
/// <param name="Column">The column it speaks of; null when it speaks of the table.</param>
/// <param name="Kind">One of <see cref="RuleKinds"/>.</param>
/// <param name="Min">Lower bound, inclusive; what of depends on the kind.</param>
/// <param name="Max">Upper bound, inclusive.</param>
/// <param name="Values">The allowed type, columns or categories.</param>
public sealed record Rule(string Name, string? Column, string Kind, double? Min, double? Max, IReadOnlyList<string>? Values);

/// <summary>A rule's outcome on one version.</summary>
/// <param name="Rule">Its <see cref="Checks.Rule.Name"/>.</param>
/// <param name="Column">The column it speaks of; null when it speaks of the table.</param>
/// <param name="Passed">Whether the version meets it.</param>
/// <param name="Observed">What the version has, in words and numbers.</param>
/// <param name="Bound">What the rule asks for.</param>
public sealed record RuleResult(string Rule, string? Column, bool Passed, string Observed, string Bound);

/// <summary>The kinds of <see cref="Rule"/>.</summary>
public static class RuleKinds
{
    /// <summary>Number of rows within <c>Min</c> and <c>Max</c>.</summary>
    public const string RowCount = "row-count";

    /// <summary>The table has exactly the columns <c>Values</c>, in any order.</summary>
    public const string Columns = "columns";

    /// <summary>The column's type is <c>Values[0]</c>.</summary>
    public const string Type = "type";

    /// <summary>The share of rows without a value, 0 to 1, is at most <c>Max</c>.</summary>
    public const string MissingShare = "missing-share";

    /// <summary>Every number lies within <c>Min</c> and <c>Max</c>.</summary>
    public const string Range = "range";

    /// <summary>At least the share <c>Min</c>, 0 to 1, of the values is among <c>Values</c>.</summary>
    public const string Categories = "categories";

    /// <summary>No value occurs twice.</summary>
    public const string Unique = "unique";
}
