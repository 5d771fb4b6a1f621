using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Assay.Tests.Tidy;

public partial class DocsTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Every_link_of_the_documentation_leads_to_a_file() =>
        Assert.Empty(from page in Pages()
                     from Match link in Link().Matches(File.ReadAllText(page))
                     let target = link.Groups[1].Value
                     where !target.Contains("://", StringComparison.Ordinal)
                     where !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
                     select $"{Path.GetRelativePath(Root, page)}: there is no {target}");

    [Fact]
    public void Every_page_is_listed()
    {
        var index = File.ReadAllText(Path.Combine(Root, "docs/README.md")) + File.ReadAllText(Path.Combine(Root, "docs/decisions/README.md"));
        Assert.Empty(from page in Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
                     where !index.Contains(Path.GetFileName(page), StringComparison.Ordinal) && Path.GetFileName(page) != "README.md"
                     select $"{Path.GetRelativePath(Root, page)}: list it in docs/README.md");
    }

    [Fact]
    public void No_page_holds_the_marks_of_a_merge() =>
        Assert.Empty(from page in Pages()
                     where File.ReadLines(page).Any(line => line.StartsWith("<<<<<<< ", StringComparison.Ordinal) || line.StartsWith(">>>>>>> ", StringComparison.Ordinal))
                     select Path.GetRelativePath(Root, page));

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories));

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
