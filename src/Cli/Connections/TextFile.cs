using Assay.Cli.Output;

namespace Assay.Cli.Connections;

/// <summary>A document that a verb shows, or writes to the file that was named.</summary>
internal static class TextFile
{
    public static async Task WriteOrShow(string? file, string text, CancellationToken cancel)
    {
        if (file is null)
            Screen.Line(text.TrimEnd('\n'));
        else
            await File.WriteAllTextAsync(file, text.EndsWith('\n') ? text : text + "\n", cancel);
    }
}
