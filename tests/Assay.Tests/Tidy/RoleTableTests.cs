using System.Runtime.CompilerServices;
using System.Text;
using Assay.Governance.Access.Roles;

namespace Assay.Tests.Tidy;

/// <summary>The table of roles in the docs is written from the one in the code.</summary>
public class RoleTableTests
{
    private const string Begin = "<!-- the table of roles begins -->";
    private const string End = "<!-- the table of roles ends -->";

    [Fact]
    public void The_docs_show_the_roles_as_they_are()
    {
        var page = Path.Combine(Root(), "docs/reference/access.md");
        var text = File.ReadAllText(page);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        Assert.True(to > from && from >= Begin.Length, $"docs/reference/access.md must have '{Begin}' and '{End}'.");
        var wanted = text[..from] + "\n" + Table() + text[to..];
        if (Environment.GetEnvironmentVariable("ASSAY_WRITE_DOCS") == "1")
            File.WriteAllText(page, text = wanted);
        Assert.True(text == wanted, "docs/reference/access.md shows other roles than the code: run this test with ASSAY_WRITE_DOCS=1.");
    }

    private static string Table()
    {
        var table = new StringBuilder("| permission | opens |");
        foreach (var (name, _) in RoleTable.Names)
            table.Append(' ').Append(name).Append(" |");
        table.Append("\n|---|---|").Insert(table.Length, "---|", RoleTable.Names.Count).Append('\n');
        foreach (var row in RoleTable.Rows)
        {
            table.Append("| `").Append(row.Permission).Append("` | ").Append(row.Opens).Append(" |");
            foreach (var (_, bit) in RoleTable.Names)
                table.Append(row.Roles.HasFlag(bit) ? " yes |" : " |");
            table.Append('\n');
        }

        return table.ToString();
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
