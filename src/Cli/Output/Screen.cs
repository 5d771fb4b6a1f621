using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Kernel;
using Spectre.Console;

namespace Assay.Cli.Output;

/// <summary>Where verbs write: results to standard output, progress and notices to standard error.</summary>
internal static class Screen
{
    // Wide enough that a table in a file or a pipe keeps each row on one line.
    private const int WidthWithoutTerminal = 1000;

    // As wide as sentences are read with ease.
    private const int WidthOfSentences = 120;

    // For people's eyes and programs, never inside a web page: quotes and plus signs need no escape.
    private static readonly Lazy<JsonSerializerOptions> LazyJson =
        new(() => new JsonSerializerOptions(AssayJson.Indented) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static readonly Lazy<IAnsiConsole> LazyOut = new(() => Create(Console.Out, Console.IsOutputRedirected));
    private static readonly Lazy<IAnsiConsole> LazyError = new(() => Create(Console.Error, Console.IsErrorRedirected));

    public static IAnsiConsole Out => LazyOut.Value;

    public static IAnsiConsole Error => LazyError.Value;

    /// <summary>One line as it stands, however narrow the terminal: addresses are for copying.</summary>
    public static void Line(string text = "") => Console.Out.WriteLine(text);

    /// <summary>A table in the house's form; an empty title makes a column of marks.</summary>
    public static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)));
        return table;
    }

    /// <summary>Writes a table, or a sentence in its place when it has no rows.</summary>
    public static void Write(Table table, string whenEmpty)
    {
        if (table.Rows.Count > 0)
            Out.Write(table);
        else
            Line(whenEmpty);
    }

    /// <summary>Writes a table whose cells are sentences, for people alone: they wrap, also where no terminal says at which width.</summary>
    public static void WriteWrapped(Table table)
    {
        var width = Out.Profile.Width;
        Out.Profile.Width = Math.Min(width, WidthOfSentences);
        Out.Write(table);
        Out.Profile.Width = width;
    }

    /// <summary>The one document of <c>--json</c>.</summary>
    public static void WriteJson(object document) =>
        Console.Out.WriteLine(JsonSerializer.Serialize(document, document.GetType(), LazyJson.Value));

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (redirected)
            console.Profile.Width = WidthWithoutTerminal;
        return console;
    }
}
