using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Keys;

/// <summary><c>assay key rotate</c>.</summary>
internal static class RotateKey
{
    public static Command Create()
    {
        var verb = new Verb(
            "rotate",
            "Makes a new version of the signing key, which signs from now on; what older versions have signed stays valid",
            "assay key rotate",
            "assay key rotate --json").Connected();
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var made = await session.Client.Keys.Rotate(cancel);
        session.Write(made, static key =>
            Screen.Out.MarkupLine($"[green]✓[/] Version {key.Version}, held by {Markup.Escape(key.Provider)}, signs from now on. [grey]Hint {key.Hint}[/]"));
        return 0;
    }
}
