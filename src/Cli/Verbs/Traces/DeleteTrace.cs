using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Traces;

/// <summary>A trace that was deleted.</summary>
/// <param name="Id">Of the trace.</param>
public sealed record DeletedTrace(string Id);

/// <summary><c>assay traces delete</c>.</summary>
internal static class DeleteTrace
{
    private static readonly Argument<string> Trace = TraceVerbs.Named("Trace to delete, by its id");

    public static Command Create()
    {
        var verb = new Verb(
            "delete", "Deletes a trace for good, with its spans, assessments and files",
            "assay traces delete tr-8f14e45fceea4b5d9e2f0c1a7b3d6e90", "assay traces delete tr-8f14e45fceea4b5d9e2f0c1a7b3d6e90 --json").Connected();
        verb.Add(Trace);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var id = session.Parsed.GetRequiredValue(Trace);
        await session.Client.Traces.Delete(id, cancel);
        session.Write(new DeletedTrace(id), static done => Screen.Out.MarkupLine($"[green]✓[/] {Markup.Escape(done.Id)} is deleted."));
        return 0;
    }
}
