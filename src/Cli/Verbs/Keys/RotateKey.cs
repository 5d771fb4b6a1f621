using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Keys;

/// <summary><c>assay key rotate</c>.</summary>
internal static class RotateKey
{
    public static readonly Option<bool> Encryption = new("--encryption") { Description = "The key-encryption key, which wraps the keys of everything that is stored, and not the signing key" };

    public static Command Create()
    {
        var verb = new Verb(
            "rotate",
            "Makes a new version of the signing key, which signs from now on, what older versions have signed stays valid; or of the key-encryption key, see rewrap",
            "assay key rotate",
            "assay key rotate --encryption",
            "assay key rotate --json").Connected();
        verb.Add(Encryption);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        if (session.Parsed.GetValue(Encryption))
        {
            session.Write(await session.Client.Keys.RotateEncryption(cancel), EncryptionKeyText.Show);
            return 0;
        }

        var made = await session.Client.Keys.Rotate(cancel);
        session.Write(made, static key =>
            Screen.Out.MarkupLine($"[green]✓[/] Version {key.Version}, held by {Markup.Escape(key.Provider)}, signs from now on. [grey]Hint {key.Hint}[/]"));
        return 0;
    }
}
