using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Tracking.Artifacts;

namespace Assay.Console.Pages.Runs.Files;

/// <summary>What is shown of a file. Files are strangers' work: whatever they say is text, but for pictures, which a browser draws without running.</summary>
internal abstract record Preview
{
    private const int NotebookBytesMax = 8 << 20;

    private const long PictureBytesMax = 32 << 20;

    // For people's eyes and encoded by the page: letters stay as they are.
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether its bytes are needed to show it: a picture is fetched by the browser itself.</summary>
    public static bool ReadsBytes(RunFile file) => !IsPicture(file.Path);

    /// <summary>How much of a file is read to be shown. Notebooks, which have pictures in them, and JSON are shown whole or not at all.</summary>
    public static int BytesMaxOf(RunFile file) => Path.GetExtension(file.Path).ToLowerInvariant() switch
    {
        ".ipynb" => NotebookBytesMax,
        ".json" => 4 << 20,
        _ => 256 * 1024,
    };

    /// <summary>Decides by name and content.</summary>
    /// <param name="file">The file.</param>
    /// <param name="head">Its first bytes, up to <see cref="BytesMaxOf"/>.</param>
    public static Preview Of(RunFile file, byte[] head)
    {
        if (IsPicture(file.Path))
            return file.SizeBytes <= PictureBytesMax ? new Picture() : new Nothing("The picture is larger than 32 MiB: download it to see it.");
        if (file.SizeBytes == 0)
            return new Nothing("The file is empty.");
        if (Text(head, file.SizeBytes > head.Length) is not { } text)
            return new Nothing("The file is not text: download it to open it with the program that it is for.");
        var whole = file.SizeBytes <= head.Length;
        return Path.GetExtension(file.Path).ToLowerInvariant() switch
        {
            ".csv" => Sheet.OfCsv(text, ',', whole),
            ".tsv" => Sheet.OfCsv(text, '\t', whole),
            ".md" or ".markdown" => new Prose(text, whole),
            ".ipynb" when !whole => new Nothing("The notebook is larger than 8 MiB: download it to open it."),
            ".ipynb" => Notebook.Read(text) as Preview ?? new Plain(text, whole),
            ".json" when whole => OfJson(text),
            _ => new Plain(text, whole),
        };
    }

    private static Preview OfJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Sheet.OfJson(document.RootElement) as Preview ?? new Plain(JsonSerializer.Serialize(document.RootElement, Pretty), true);
        }
        catch (JsonException)   // only the name says that it is JSON
        {
            return new Plain(text, true);
        }
    }

    private static bool IsPicture(string path) => Path.GetExtension(path).ToLowerInvariant() is ".png" or ".jpg" or ".jpeg" or ".gif" or ".webp" or ".svg";

    // Null for bytes that are no text. The last letter may be cut through.
    private static string? Text(byte[] bytes, bool isCut)
    {
        if (bytes.AsSpan().Contains((byte)0))
            return null;
        var text = Encoding.UTF8.GetString(bytes);
        var bad = text.Count(letter => letter == '�');
        return bad <= (isCut ? 1 : 0) || bad * 100 < text.Length ? text.TrimEnd('�') : null;
    }
}

/// <summary>A picture, at the file's own address.</summary>
internal sealed record Picture : Preview;

/// <summary>Text as it stands.</summary>
internal sealed record Plain(string Text, bool IsWhole) : Preview;

/// <summary>Markdown.</summary>
internal sealed record Prose(string Text, bool IsWhole) : Preview;

/// <summary>Why nothing is shown.</summary>
internal sealed record Nothing(string Reason) : Preview;
