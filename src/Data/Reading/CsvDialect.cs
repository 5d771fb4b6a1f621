using Assay.Data.Datasets;

namespace Assay.Data.Reading;

/// <summary>How a CSV file is written, found from its first line and then held to in every other.</summary>
internal static class CsvDialect
{
    /// <summary>Delimiters that are looked for; where two are as frequent the earlier one counts.</summary>
    public static ReadOnlySpan<byte> Candidates => ",;\t|"u8;

    /// <summary>The candidate that occurs most often in the header outside quotes; a comma when none does.</summary>
    public static byte FindDelimiter(ReadOnlySpan<byte> header)
    {
        Span<int> counts = stackalloc int[Candidates.Length];
        var quoted = false;
        foreach (var current in header)
        {
            if (current == (byte)'"')
                quoted = !quoted;
            else if (!quoted && Candidates.IndexOf(current) is >= 0 and var candidate)
                counts[candidate]++;
        }

        var best = 0;
        for (var i = 1; i < counts.Length; i++)
            best = counts[i] > counts[best] ? i : best;
        return Candidates[best];
    }

    /// <summary>What a file that is certainly no UTF-8 text is instead, as a sentence with a remedy.</summary>
    public static string? WhatElse(ReadOnlySpan<byte> head) => head switch
    {
        _ when head.StartsWith("PAR1"u8) => "The file is Parquet, not CSV; send it with format=parquet.",
        _ when head.StartsWith("PK\u0003\u0004"u8) => "The file is a ZIP archive or a spreadsheet, not CSV; save the sheet as CSV.",
        _ when head.StartsWith<byte>([0x1F, 0x8B]) => "The file is compressed with gzip, not CSV; unpack it first.",
        _ when head.StartsWith<byte>([0xFF, 0xFE]) || head.StartsWith<byte>([0xFE, 0xFF]) =>
            "The file is UTF-16 text, not UTF-8; save it as CSV in UTF-8.",
        _ => null,
    };

    /// <summary>The column names of a header, which must be there, differ, and not be data.</summary>
    public static IReadOnlyList<string> ReadHeader(ReadOnlySpan<byte> record, byte delimiter, long line)
    {
        var names = new List<string>();
        var values = new CsvValues(record, delimiter, line);
        while (values.Next())
            names.Add(values.Text().Trim());
        ColumnNames.Check(names);
        if (names.TrueForAll(name => double.TryParse(name, System.Globalization.CultureInfo.InvariantCulture, out _)))
            throw new InvalidTableException($"Line {line} holds only numbers; the first line of a CSV file must name the columns.");
        return names;
    }
}
