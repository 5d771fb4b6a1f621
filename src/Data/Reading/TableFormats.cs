using Assay.Data.Datasets;

namespace Assay.Data.Reading;

/// <summary>The file formats of a dataset.</summary>
internal static class TableFormats
{
    public const string Csv = "csv";
    public const string Parquet = "parquet";

    public static bool IsKnown(string format) => format is Csv or Parquet;

    /// <exception cref="InvalidTableException">It is none of them.</exception>
    public static void Check(string format)
    {
        if (!IsKnown(format))
            throw new InvalidTableException($"The format '{format}' is not known; use csv or parquet.");
    }
}
