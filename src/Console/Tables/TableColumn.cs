using System.Globalization;
using Assay.Console.Formats;
using Microsoft.AspNetCore.Components;

namespace Assay.Console.Tables;

/// <summary>One column of a table: what it sorts, filters and exports by, and how a cell looks.</summary>
/// <param name="Title">Head of the column, with the unit when it has one.</param>
/// <param name="Value">Comparable value of a row; null sorts last.</param>
public sealed record TableColumn<T>(string Title, Func<T, object?> Value)
{
    /// <summary>What a cell shows; the value as text when left out.</summary>
    public RenderFragment<T>? Cell { get; init; }

    /// <summary>Numbers stand at the right with figures of one width.</summary>
    public bool Right { get; init; }

    /// <summary>Whether a click on the head sorts.</summary>
    public bool Sorts { get; init; } = true;

    /// <summary>Whether the column may be hidden; the one that names the row may not.</summary>
    public bool Fixed { get; init; }

    /// <summary>Whether it has a place of its own; what stands in another column's cell is filtered and exported all the same.</summary>
    public bool Stands { get; init; } = true;

    internal string Text(T row) => Value(row) switch
    {
        null => "",
        string text => text,
        double number => Show.Number(number),
        long or int => Show.Count(Convert.ToInt64(Value(row), CultureInfo.InvariantCulture)),
        DateTimeOffset time => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        var value => value.ToString() ?? "",
    };

    /// <summary>The value for a file that another program reads: numbers in full.</summary>
    internal string Exported(T row) => Value(row) switch
    {
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        long or int => Convert.ToString(Value(row), CultureInfo.InvariantCulture)!,
        _ => Text(row),
    };
}
