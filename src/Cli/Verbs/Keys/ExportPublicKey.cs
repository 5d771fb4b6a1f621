using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Keys;

/// <summary><c>assay key export-public</c>.</summary>
internal static class ExportPublicKey
{
    private static readonly Argument<string> Output = new("file") { Description = "File to write: PEM, all versions, oldest first", HelpName = "FILE" };

    public static Command Create()
    {
        var verb = new Verb(
            "export-public",
            "Writes the public keys to a file, for verifiers that have no access to this server",
            "assay key export-public keys.pem").Connected();
        verb.Add(Output);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var keys = await session.Client.Keys.List(cancel);
        var path = Path.GetFullPath(session.Parsed.GetRequiredValue(Output));
        await File.WriteAllTextAsync(path, string.Concat(keys.Items.Select(key => key.PublicKeyPem)), cancel);
        session.Write(keys.Items, _ => Screen.Out.MarkupLine($"[green]✓[/] {keys.Items.Count} public keys in {Markup.Escape(path)}"));
        return 0;
    }
}
