using System.Globalization;
using Assay.Data.Reading;

namespace Assay.Data.Profiles;

/// <summary>Histograms of text and of times.</summary>
internal static class TextHistogram
{
    private const int ValuesMax = 10;
    private const int PeriodsMax = 40;
    private const int LabelLengthMax = 80;

    // ISO 8601 text cut after its year, month, day or hour.
    private static readonly int[] PeriodLengths = [13, 10, 7, 4];

    /// <summary>The most frequent values and the rest; nothing where most values occur once.</summary>
    public static List<HistogramBin> OfValues(DuckTable table, DuckColumn column, long present, long distinct)
    {
        if (distinct > present / 2)
            return [];

        var bins = table.Query(
            $"SELECT {column.Sql}, count(*) AS n FROM {column.Rows} WHERE {column.Sql} IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT {ValuesMax}",
            reader => new HistogramBin(Shorten(reader.GetString(0)), null, null, reader.GetInt64(1)));
        if (distinct > bins.Count)
        {
            var others = string.Create(CultureInfo.InvariantCulture, $"{distinct - bins.Count:N0} others");
            bins.Add(new(others, null, null, present - bins.Sum(bin => bin.Count)));
        }

        return bins;
    }

    /// <summary>Counts per hour, day, month or year: the finest that makes a readable number of bars.</summary>
    public static List<HistogramBin> OfTimes(DuckTable table, DuckColumn column)
    {
        foreach (var length in PeriodLengths)
        {
            var bins = table.Query(
                $"SELECT left({column.Sql}, {length}), count(*) FROM {column.Rows} WHERE {column.Sql} IS NOT NULL GROUP BY 1 ORDER BY 1 LIMIT {PeriodsMax + 1}",
                reader => new HistogramBin(reader.GetString(0), null, null, reader.GetInt64(1)));
            if (bins.Count <= PeriodsMax)
                return bins;
        }

        return [];
    }

    private static string Shorten(string text) => text.Length <= LabelLengthMax ? text : text[..(LabelLengthMax - 1)] + "…";
}
