using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Inference.Mlflow;
using Assay.Inference.Requests;
using Assay.Kernel;
using Assay.Kernel.Refusals;

namespace Assay.Monitoring.Labels;

/// <summary>Reads a body of labels: a JSON array, or CSV with the columns <c>id</c>, <c>label</c> and maybe <c>row</c> and <c>at</c>.</summary>
internal static class LabelBody
{
    public const int LabelsMax = 10_000;
    private const int BytesMax = 8 << 20;

    /// <exception cref="Refusal">It is too large, or not what it says to be; the message names the place.</exception>
    public static async Task<(IReadOnlyList<NewLabel> Labels, Digest Digest, bool IsCsv)> Read(HttpRequest request, CancellationToken cancel)
    {
        var bytes = await Bytes(request, cancel);
        var isCsv = request.ContentType?.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase) == true;
        var labels = isCsv ? Csv(Lines(bytes)) : Json(bytes);
        return labels.Count switch
        {
            0 => throw Refusal.Invalid("labels", "There are no labels. Send an array of {\"id\": …, \"label\": …}, or CSV with the columns id and label."),
            > LabelsMax => throw Refusal.Limit(StatusCodes.Status413PayloadTooLarge, $"A request takes up to {LabelsMax:N0} labels, and these are {labels.Count:N0}: send them in several requests."),
            _ => (labels, Digest.Of(bytes), isCsv),
        };
    }

    private static async Task<byte[]> Bytes(HttpRequest request, CancellationToken cancel)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[64 << 10];
        while (await request.Body.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            kept.Write(buffer, 0, read);
            if (kept.Length > BytesMax)
                throw Refusal.Limit(StatusCodes.Status413PayloadTooLarge, $"A request takes up to {BytesMax >> 20} MiB of labels: send them in several requests.");
        }

        return kept.ToArray();
    }

    private static List<NewLabel> Json(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<List<NewLabel>>(bytes, AssayJson.Options) ?? [];
        }
        catch (JsonException problem)
        {
            throw Refusal.Invalid(problem.Path ?? "labels", $"The labels are no JSON array of {{\"id\": …, \"label\": …}}: {problem.Message}");
        }
    }

    private static List<List<string>> Lines(byte[] bytes)
    {
        var (lines, cells) = (new List<List<string>>(), new List<string>());
        var fields = new CsvFields(bytes);
        try
        {
            while (!fields.AtEnd)
            {
                cells.Add(Encoding.UTF8.GetString(fields.Next()));
                if (!fields.LineEnded)
                    continue;
                lines.Add(cells);
                cells = [];
            }
        }
        catch (InvalidInputException problem)
        {
            throw Refusal.Invalid("labels", problem.Message);
        }

        return lines;
    }

    private static List<NewLabel> Csv(List<List<string>> lines)
    {
        string[] header = lines.Count == 0 ? [] : [.. lines[0].Select(name => name.Trim().ToLowerInvariant())];
        if (header.FirstOrDefault(name => name is not ("id" or "label" or "row" or "at")) is { } strange)
            throw Refusal.Invalid("labels", $"The first line names a column '{strange}'. Labels have the columns id and label, and maybe row and at.");
        var (id, label) = (Array.IndexOf(header, "id"), Array.IndexOf(header, "label"));
        if (id < 0 || label < 0)
            throw Refusal.Invalid("labels", "The first line must name the columns: id and label, and maybe row and at.");

        var labels = new List<NewLabel>(lines.Count);
        for (var line = 1; line < lines.Count; line++)
        {
            var cells = lines[line];
            if (cells.Count != header.Length)
                throw Refusal.Invalid($"labels[{line - 1}]", $"Line {line + 1} has {cells.Count} values, and the first line names {header.Length} columns.");
            labels.Add(new(
                cells[id],
                JsonSerializer.SerializeToElement(cells[label]),
                Row(Cell(header, cells, "row"), line),
                At(Cell(header, cells, "at"), line)));
        }

        return labels;
    }

    private static string Cell(string[] header, List<string> cells, string name) =>
        Array.IndexOf(header, name) is >= 0 and var place ? cells[place].Trim() : "";

    private static int? Row(string cell, int line) =>
        cell.Length == 0 ? null
        : int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? row
        : throw Refusal.Invalid($"labels[{line - 1}].row", $"Line {line + 1}: a row is a whole number from 1, not '{cell}'.");

    private static DateTimeOffset? At(string cell, int line) =>
        cell.Length == 0 ? null
        : DateTimeOffset.TryParse(cell, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
        : throw Refusal.Invalid($"labels[{line - 1}].at", $"Line {line + 1}: a time is written as 2026-11-26T10:00:00Z, not '{cell}'.");
}
