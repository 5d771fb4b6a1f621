using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Runs;

/// <summary><c>assay runs restore</c>.</summary>
internal static class RestoreRun
{
    private static readonly Argument<string> Run = RunVerbs.Named("Run to restore");

    public static Command Create()
    {
        var verb = new Verb("restore", "Brings a deleted run back", "assay runs restore 8f14e45fceea4b5d9e2f0c1a7b3d6e90", "assay runs restore 8f14e45fceea4b5d9e2f0c1a7b3d6e90 --json").Connected();
        verb.Add(Run);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var run = await session.Client.Runs.Restore(session.Parsed.GetRequiredValue(Run), cancel);
        session.Write(run, static done => Screen.Out.MarkupLine($"[green]✓[/] {Markup.Escape(done.Name)} [grey]{done.Id}[/] is restored."));
        return 0;
    }
}
