using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Assay.Console.Formats;

/// <summary>
/// Markdown that somebody has logged, as HTML in which nothing runs: raw HTML is shown as text, links lead only to the web
/// or to mail, and a picture is a link, so that reading a page tells nobody that it is read.
/// </summary>
internal static class SafeMarkdown
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().DisableHtml().Build();

    public static string ToHtml(string text)
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
