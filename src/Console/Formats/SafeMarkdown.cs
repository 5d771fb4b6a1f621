using System.Text.Encodings.Web;
using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Assay.Console.Formats;

/// <summary>
/// Markdown that somebody has logged, as HTML in which nothing runs: raw HTML is shown as text, links lead only to the web
/// or to mail, and a picture is a link, so that reading a page tells nobody that it is read.
/// What would take the server seconds or gigabytes, or is nested deeper than its reader goes, is shown as it was written.
/// </summary>
internal static class SafeMarkdown
{
    private const int LengthMax = 64 * 1024;
    private const int BracketsMax = 4000;    // each may open a link, whose end is looked for anew
    private const int CellsMax = 100_000;    // a row of a table gets as many as the widest has

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().DisableHtml().Build();

    public static string ToHtml(string text)
    {
        try
        {
            return IsModest(text) ? Render(text) : AsWritten(text);
        }
        catch (ArgumentException)   // nested too deep
        {
            return AsWritten(text);
        }
    }

    private static bool IsModest(string text)
    {
        if (text.Length > LengthMax || text.AsSpan().Count('[') > BracketsMax)
            return false;
        var (lines, bars) = (0L, 0L);
        foreach (var line in text.AsSpan().EnumerateLines())
            (lines, bars) = (lines + 1, Math.Max(bars, line.Count('|')));
        return lines * bars <= CellsMax;
    }

    private static string AsWritten(string text) => $"<pre>{HtmlEncoder.Default.Encode(text)}</pre>";

    private static string Render(string text)
    {
        var document = Markdown.Parse(text, Pipeline);
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            var address = link.GetDynamicUrl?.Invoke() ?? link.Url;
            if (!IsHarmless(address))
            {
                link.ReplaceBy(new ContainerInline());   // its words stay
                continue;
            }

            (link.Url, link.GetDynamicUrl, link.IsImage) = (address, null, false);
            link.GetAttributes().AddProperty("rel", "noopener noreferrer nofollow");
        }

        foreach (var link in document.Descendants<AutolinkInline>().ToList())
        {
            if (!link.IsEmail && !IsHarmless(link.Url))
                link.ReplaceBy(new LiteralInline(link.Url));
        }

        return document.ToHtml(Pipeline);
    }

    private static bool IsHarmless(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeMailto);
}
