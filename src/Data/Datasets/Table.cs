namespace Assay.Data.Datasets;

/// <summary>What a column of a dataset holds. A Boolean column is a <see cref="Number"/> of 0 and 1 when trained on.</summary>
public enum ColumnKind
{
    /// <summary>Finite numbers, whole or not.</summary>
    Number,

    /// <summary>Two values that read as true and false.</summary>
    Boolean,

    /// <summary>Any other text; a feature of this kind is a category.</summary>
    Text,

    /// <summary>Dates or times, kept as their ISO 8601 text.</summary>
    Time,
}

/// <summary>A table in memory, by column. It lives as long as one training or check, never as long as the server.</summary>
/// <param name="Columns">In file order; each has <see cref="Rows"/> values.</param>
/// <param name="Rows">Number of rows, at least 0.</param>
public sealed record Table(IReadOnlyList<Column> Columns, int Rows)
{
    /// <summary>The column of that exact name, or null.</summary>
    public Column? Find(string name) => Columns.FirstOrDefault(column => column.Name == name);
}

/// <summary>One named column of a <see cref="Table"/>.</summary>
/// <param name="Name">As the file's header has it.</param>
/// <param name="Kind">What it holds.</param>
public abstract record Column(string Name, ColumnKind Kind);

/// <summary>Numbers and Booleans; a missing value is <see cref="double.NaN"/>.</summary>
public sealed record NumberColumn(string Name, ColumnKind Kind, double[] Values) : Column(Name, Kind);

/// <summary>Text and times; a missing value is null.</summary>
public sealed record TextColumn(string Name, ColumnKind Kind, string?[] Values) : Column(Name, Kind);
