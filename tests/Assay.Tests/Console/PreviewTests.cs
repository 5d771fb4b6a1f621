extern alias console;

using System.Text;
using Assay.Tracking.Artifacts;
using console::Assay.Console.Formats;
using console::Assay.Console.Pages.Runs.Files;

namespace Assay.Tests.Console;

/// <summary>Files of runs come from strangers: they are shown, and nothing in them runs.</summary>
public class PreviewTests
{
    [Fact]
    public void A_table_is_read_with_its_quotes_and_cut_at_its_limits()
    {
        var sheet = Assert.IsType<Sheet>(Of("a.csv", "name,\"note, long\"\r\nann,\"said \"\"hi\"\"\r\nand left\"\r\nben,\r\n"));
        Assert.Equal(["name", "note, long"], sheet.Head);
        Assert.Equal([["ann", "said \"hi\"\r\nand left"], ["ben", ""]], sheet.Rows);
        Assert.True(sheet.IsWhole);

        var many = Assert.IsType<Sheet>(Of("a.csv", "a\n" + string.Join('\n', Enumerable.Range(0, 2000))));
        Assert.Equal((500, false), (many.Rows.Count, many.IsWhole));
    }

    [Fact]
    public void The_line_that_was_cut_through_is_left_out()
    {
        var sheet = Assert.IsType<Sheet>(Preview.Of(new("a.csv", false, 1_000_000, null), Encoding.UTF8.GetBytes("a,b\n1,2\n3,")));
        Assert.Equal([["1", "2"]], sheet.Rows);
        Assert.False(sheet.IsWhole);
    }

    [Theory]
    [InlineData("""{"columns":["q","a"],"data":[["x",1],["y",{"z":2}]]}""", "x;1|y;{\"z\":2}")]
    [InlineData("""[{"q":"x","a":1},{"a":2}]""", "x;1|;2")]
    public void Tables_in_json_are_tables(string json, string rows)
    {
        var sheet = Assert.IsType<Sheet>(Of("t.json", json));
        Assert.Equal(["q", "a"], sheet.Head);
        Assert.Equal(rows, string.Join('|', sheet.Rows.Select(row => string.Join(';', row))));
    }

    [Theory]
    [InlineData("a.json", "{\"a\":[1,2]}", "{\n  \"a\": [\n    1,\n    2\n  ]\n}")]
    [InlineData("a.json", "{broken", "{broken")]
    [InlineData("page.html", "<script>alert(1)</script>", "<script>alert(1)</script>")]
    [InlineData("MLmodel", "flavors: {}", "flavors: {}")]
    [InlineData("a.ipynb", "{\"cells\": 3}", "{\"cells\": 3}")]
    public void Other_text_is_shown_as_it_stands(string name, string text, string shown) =>
        Assert.Equal(shown, Assert.IsType<Plain>(Of(name, text)).Text.ReplaceLineEndings("\n"));

    [Fact]
    public void Bytes_that_are_no_text_are_not_shown()
    {
        Assert.IsType<Nothing>(Preview.Of(new("a.pkl", false, 4, null), [128, 4, 0, 255]));
        Assert.IsType<Nothing>(Preview.Of(new("a.txt", false, 0, null), []));
        Assert.IsType<Nothing>(Preview.Of(new("a.png", false, 1L << 30, null), []));
    }

    [Fact]
    public void Notebooks_are_read_with_their_pictures_and_not_begun_when_they_are_too_large()
    {
        var notebook = new RunFile("n.ipynb", false, 20 << 20, null);
        Assert.True(Preview.BytesMaxOf(notebook) > 4 << 20);
        Assert.Contains("8 MiB", Assert.IsType<Nothing>(Preview.Of(notebook, Encoding.UTF8.GetBytes("{\"cells\": ["))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_notebook_shows_sources_texts_and_pictures_and_leaves_html_out()
    {
        var notebook = Assert.IsType<Notebook>(Of("n.ipynb", """
            {"cells":[
              {"cell_type":"markdown","source":["# Title\n","text"]},
              {"cell_type":"code","source":"df","outputs":[
                {"data":{"text/html":"<script>alert(1)</script>","text/plain":["a\n","b"]}},
                {"data":{"image/png":"iVBO\nRw0K"}},
                {"data":{"image/png":"x\" onerror=\"alert(1)"}},
                {"traceback":["\u001b[31mValueError\u001b[0m","no"]},
                {"text":["out"]}]}]}
            """));
        Assert.Equal((true, "# Title\ntext"), (notebook.Cells[0].IsProse, notebook.Cells[0].Source));
        Assert.Equal(
            [(null, "a\nb"), ("image/png", "iVBORw0K"), (null, "An output that is not text."), (null, "ValueError\nno"), (null, "out")],
            notebook.Cells[1].Outputs);
    }

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("[x][1]\n\n[1]: javascript:alert(1)")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[x](//evil.example/a)")]
    [InlineData("[x](&#106;avascript:alert(1))")]
    [InlineData("![spy](https://evil.example/p.png)")]
    public void Markdown_of_strangers_has_no_script_no_picture_and_no_link_but_to_the_web(string text)
    {
        var html = SafeMarkdown.ToHtml(text);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"javascript", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"data", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"//", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"\"", html, StringComparison.OrdinalIgnoreCase);
    }

    public static TheoryData<string> Immodest =>
    [
        new string('>', 5000) + "<b>",
        new string('[', 5000) + "<b>",
        string.Concat(Enumerable.Repeat("[a](", 10_000)) + "<b>",
        "|" + string.Concat(Enumerable.Repeat("a|", 300)) + "\n|" + string.Concat(Enumerable.Repeat("-|", 300)) + "\n" + string.Concat(Enumerable.Repeat("|\n", 10_000)) + "<b>",
    ];

    [Theory]
    [MemberData(nameof(Immodest))]
    public void Markdown_that_would_take_the_server_seconds_or_gigabytes_is_shown_as_it_was_written(string text)
    {
        var html = SafeMarkdown.ToHtml(text);
        Assert.StartsWith("<pre>", html, StringComparison.Ordinal);
        Assert.EndsWith("&lt;b&gt;</pre>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_keeps_what_is_harmless() =>
        Assert.Contains("<a href=\"https://example.org/a\" rel=\"noopener noreferrer nofollow\">a</a>", SafeMarkdown.ToHtml("# T\n\n[a](https://example.org/a) **b**"), StringComparison.Ordinal);

    private static Preview Of(string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Preview.Of(new RunFile(name, false, bytes.Length, null), bytes);
    }
}
