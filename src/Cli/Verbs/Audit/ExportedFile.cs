using System.Globalization;
using System.Text.Json;
using Assay.Cli.CommandLine;

namespace Assay.Cli.Verbs.Audit;

/// <summary>A file of exported entries, which may have been cut off in the middle of its last line.</summary>
internal static class ExportedFile
{
    // An entry has at most 64 KiB, and an exported line holds it twice with every character escaped at worst.
    private const int LineBytesMax = 1 << 20;

    /// <summary>Cuts a half line off, and gives the place after the last whole one; null for an empty file.</summary>
    /// <exception cref="CommandException">The file holds something else.</exception>
    public static long? Next(FileStream file)
    {
        var tail = new byte[Math.Min(file.Length, 2 * LineBytesMax)];
        file.Seek(-tail.Length, SeekOrigin.End);
        file.ReadExactly(tail);
        var end = Array.LastIndexOf(tail, (byte)'\n');
        if (end < 0)
            return file.Length == 0 ? null : throw NotExported(file);

        file.SetLength(file.Length - (tail.Length - end - 1));
        var start = end == 0 ? 0 : Array.LastIndexOf(tail, (byte)'\n', end - 1) + 1;
        try
        {
            return Place(System.Text.Encoding.UTF8.GetString(tail, start, end - start)) + 1;
        }
        catch (JsonException)
        {
            throw NotExported(file);
        }
    }

    /// <summary>The place in the ledger that a line tells.</summary>
    public static long Place(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return root.TryGetProperty("sequence", out var sequence)
            ? long.Parse(sequence.GetString()!, CultureInfo.InvariantCulture)
            : root.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty("sequence", out var number)
                ? number.GetInt64()
                : throw new JsonException("The line tells no place.");
    }

    private static CommandException NotExported(FileStream file) =>
        new($"{file.Name} does not end with an exported entry, so there is nothing to go on from: choose another file, or leave --resume out.");
}
