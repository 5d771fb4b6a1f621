using System.Reflection;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Assay.Console.Pages.Docs;

/// <summary>The documentation, as it was when this assembly was built.</summary>
internal static class Library
{
    private const string Prefix = "docs/";
    private static readonly Assembly Here = typeof(Library).Assembly;

    // Raw HTML in a page is shown as text: documentation never runs in the reader's session.
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseAutoIdentifiers().UseAutoLinks().DisableHtml().Build();

    /// <summary>The kinds, in the order of a newcomer's needs.</summary>
    public static readonly IReadOnlyList<(string Folder, string Title, string Purpose)> Kinds =
    [
        ("tutorials", "Tutorials", "Learn by doing, from the start."),
        ("how-to", "How-to", "Reach one goal, step by step."),
        ("reference", "Reference", "Look up what is exact."),
        ("explanation", "Explanation", "Understand why it is so."),
    ];

    private static readonly Lazy<IReadOnlyList<Leaf>> All = new(() =>
    [
        .. Here.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(".md", StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^3].Replace('\\', '/'))
            .Select(path => new Leaf(path, Title(path)))
            .OrderBy(leaf => leaf.Title, StringComparer.OrdinalIgnoreCase),
    ]);

    /// <summary>Pages of a kind, by title.</summary>
    public static IEnumerable<Leaf> Of(string folder) =>
        All.Value.Where(leaf => leaf.Path.StartsWith(folder + "/", StringComparison.Ordinal));

    /// <summary>The page as HTML, or null when there is none.</summary>
    public static (string Title, string Html)? Find(string path)
    {
        if (All.Value.FirstOrDefault(leaf => leaf.Path == path) is not { } leaf)
            return null;
        var document = Markdown.Parse(Read(path), Pipeline);
        if (document.FirstOrDefault() is HeadingBlock { Level: 1 } heading)
            document.Remove(heading);
        foreach (var link in document.Descendants<LinkInline>())
            link.Url = Rewrite(path, link.Url);
        return (leaf.Title, Reachable(document.ToHtml(Pipeline)));
    }

    // What may scroll sideways can be reached by keyboard.
    private static string Reachable(string html) => html
        .Replace("<pre>", "<pre tabindex=\"0\">", StringComparison.Ordinal)
        .Replace("<table>", "<div class=\"wide\" role=\"region\" aria-label=\"Table\" tabindex=\"0\"><table>", StringComparison.Ordinal)
        .Replace("</table>", "</table></div>", StringComparison.Ordinal);

    /// <summary>Pages of the documentation that a page leads to.</summary>
    public static IEnumerable<string> LinksOf(string path) =>
        Markdown.Parse(Read(path), Pipeline).Descendants<LinkInline>().Select(link => Target(path, link.Url)?.Path).OfType<string>();

    // A link to another page, as it works in the repository, becomes the address of that page here.
    private static string? Rewrite(string from, string? url) =>
        Target(from, url) is { } target ? $"{Prefix}{target.Path}{target.Anchor}" : url;

    private static (string Path, string Anchor)? Target(string from, string? url)
    {
        if (url is null || url.Contains("://", StringComparison.Ordinal))
            return null;
        var parts = url.Split('#', 2);
        var anchor = parts.Length == 2 ? "#" + parts[1] : "";
        if (parts[0].Length == 0)
            return (from, anchor);
        var target = new Uri(new Uri($"file:///{Prefix}{from}"), parts[0]).AbsolutePath[1..];
        return target.StartsWith(Prefix, StringComparison.Ordinal) && target.EndsWith(".md", StringComparison.Ordinal)
            ? (target[Prefix.Length..^3], anchor)
            : null;
    }

    private static string Title(string path)
    {
        var first = Read(path).Split('\n', 2)[0];
        return first.StartsWith("# ", StringComparison.Ordinal) ? first[2..].Trim() : path.Split('/')[^1];
    }

    private static string Read(string path)
    {
        using var stream = Here.GetManifestResourceStream($"{Prefix}{path}.md")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>One page.</summary>
    internal sealed record Leaf(string Path, string Title);
}
