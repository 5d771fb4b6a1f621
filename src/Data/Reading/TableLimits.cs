namespace Assay.Data.Reading;

/// <summary>Limits of a table, stated in the documentation.</summary>
internal static class TableLimits
{
    /// <summary>Largest file, in bytes: 2 GiB.</summary>
    public const long FileBytesMax = 2L << 30;

    /// <summary>Most columns.</summary>
    public const int ColumnsMax = 2000;

    /// <summary>Most rows, which a table in memory can index.</summary>
    public const long RowsMax = 1_000_000_000;

    /// <summary>Most values of a Parquet file: rows times columns. A CSV file has a byte or more for each.</summary>
    public const long ValuesMax = 4_000_000_000;
}
