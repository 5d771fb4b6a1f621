using System.Text.Json;
using System.Text.RegularExpressions;

namespace Assay.Console.Pages.Runs.Files;

/// <summary>A cell of a notebook.</summary>
/// <param name="IsProse">Markdown; code or plain text else.</param>
/// <param name="Source">What was written.</param>
/// <param name="Outputs">What came of it: text, or pictures as base64 with their type.</param>
internal sealed record NotebookCell(bool IsProse, string Source, IReadOnlyList<(string? PictureType, string Content)> Outputs);

/// <summary>A Jupyter notebook. Its HTML and scripts are left out, for they would run: an output is shown as its text or its picture.</summary>
internal sealed partial record Notebook(IReadOnlyList<NotebookCell> Cells, bool IsWhole) : Preview
{
    private const int CellsMax = 300;

    /// <summary>Null when it is no notebook of version 4.</summary>
    public static Notebook? Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Member(document.RootElement, "cells") is { ValueKind: JsonValueKind.Array } cells
                ? new([.. cells.EnumerateArray().Take(CellsMax).Select(Cell)], cells.GetArrayLength() <= CellsMax)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static NotebookCell Cell(JsonElement cell) => new(
        Text(Member(cell, "cell_type")) == "markdown",
        Text(Member(cell, "source")),
        Member(cell, "outputs") is { ValueKind: JsonValueKind.Array } outputs ? [.. outputs.EnumerateArray().Select(Output)] : []);

    private static (string? PictureType, string Content) Output(JsonElement output)
    {
        if (Member(output, "data") is { } data)
        {
            foreach (var type in (ReadOnlySpan<string>)["image/png", "image/jpeg"])
            {
                if (Text(Member(data, type)).Replace("\n", "", StringComparison.Ordinal) is { Length: > 0 } picture && Base64().IsMatch(picture))
                    return (type, picture);
            }

            return (null, Text(Member(data, "text/plain")) is { Length: > 0 } plain ? plain : "An output that is not text.");
        }

        var trace = Text(Member(output, "traceback"), "\n");
        return (null, Colours().Replace(trace.Length > 0 ? trace : Text(Member(output, "text")), ""));
    }

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var member) ? member : null;

    // A text, or a list of its lines.
    private static string Text(JsonElement? value, string between = "") => value switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } lines => string.Join(between, lines.EnumerateArray().Where(line => line.ValueKind == JsonValueKind.String).Select(line => line.GetString())),
        _ => "",
    };

    [GeneratedRegex(@"^[A-Za-z0-9+/]+={0,2}\z")]
    private static partial Regex Base64();

    // What a terminal takes for colours.
    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colours();
}
