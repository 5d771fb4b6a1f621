using System.Diagnostics;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Quickstart;

/// <summary>
/// Shows stages as they pass, with what is being done at the moment: a moving line in a terminal, a plain line per change
/// elsewhere. Keeps the seconds of each.
/// </summary>
internal sealed class StageBoard(IAnsiConsole console)
{
    private readonly Stopwatch _total = Stopwatch.StartNew();
    private readonly Dictionary<string, double> _seconds = [];

    /// <summary>Seconds of each stage that has passed, and in all.</summary>
    public IReadOnlyDictionary<string, double> Seconds =>
        new Dictionary<string, double>(_seconds) { ["total"] = Round(_total.Elapsed) };

    /// <summary>Carries out a stage.</summary>
    /// <param name="name">One word, as in the document of <c>--json</c>.</param>
    /// <param name="work">Gets an action to say what is being done, and returns what came of it, with one line for people.</param>
    /// <param name="holds">Whether the result is as it should be; null for a stage that throws when it is not.</param>
    public async Task<T> Run<T>(string name, Func<Action<string>, Task<(T Result, string Line)>> work, Func<T, bool>? holds = null)
    {
        var watch = Stopwatch.StartNew();
        var (result, line) = console.Profile.Capabilities.Interactive
            ? await console.Status().StartAsync(Title(name, ""), context => work(doing => context.Status(Title(name, doing))))
            : await work(Once(name));
        _seconds[name] = Round(watch.Elapsed);
        var mark = holds is null || holds(result) ? "[green]✓[/]" : "[red]✗[/]";
        console.MarkupLine($"{mark} [bold]{name,-11}[/]{Markup.Escape(line)} [grey]{Figures.Seconds(_seconds[name])}[/]");
        return result;
    }

    /// <summary>A remark below the stage that has just passed.</summary>
    public void Note(string text) => console.MarkupLine($"  {"",-11}[grey]{Markup.Escape(text)}[/]");

    // Without a terminal nobody needs every percent: a line when the work itself changes.
    private Action<string> Once(string name)
    {
        var last = "";
        return doing =>
        {
            var work = doing.Split(',')[0];
            if (work != last)
                console.MarkupLine($"  [grey]{name,-11}{Markup.Escape(work)}[/]");
            last = work;
        };
    }

    private static string Title(string name, string doing) => $"[bold]{name,-11}[/][grey]{Markup.Escape(doing)}[/]";

    private static double Round(TimeSpan time) => Math.Round(time.TotalSeconds, 2);
}
