using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Tracking.Traces;

namespace Assay.Cli.Verbs.Traces;

/// <summary><c>assay traces</c>.</summary>
internal static class TraceVerbs
{
    public static Command Create()
    {
        var command = new Command("traces", "Traces: calls of GenAI applications, step by step")
        {
            ListTraces.Create(),
            ShowTrace.Create(),
            DeleteTrace.Create(),
        };
        command.Aliases.Add("trace");
        return command;
    }

    /// <summary>An argument that names a trace.</summary>
    public static Argument<string> Named(string description) => new("trace") { Description = description, HelpName = "TRACE" };

    /// <exception cref="CommandException">There is none.</exception>
    public static async Task<TraceDetail> Find(Session session, string id, CancellationToken cancel) =>
        await session.Client.Traces.Find(id, cancel)
        ?? throw new CommandException($"There is no trace '{id}' in this project: 'assay traces list --experiment NAME' shows those of an experiment.");

    /// <summary>Where it stands, as a word with a color.</summary>
    public static string Word(TraceState state) => state switch
    {
        TraceState.Ok => "[green]ok[/]",
        TraceState.Error => "[red]error[/]",
        TraceState.InProgress => "[yellow]at work[/]",
        _ => "",
    };
}
