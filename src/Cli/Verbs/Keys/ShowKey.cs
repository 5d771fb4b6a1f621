using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Keys;

/// <summary><c>assay key show</c>.</summary>
internal static class ShowKey
{
    private static readonly Argument<int?> Version = new("version") { Description = "Version; the one that signs when left out", HelpName = "VERSION", Arity = ArgumentArity.ZeroOrOne };

    public static Command Create()
    {
        var verb = new Verb("show", "Shows a version of the signing key", "assay key show", "assay key show 1 --json").Connected();
        verb.Add(Version);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var keys = await session.Client.Keys.List(cancel);
        var wanted = session.Parsed.GetValue(Version);
        var key = keys.Items.FirstOrDefault(key => wanted is { } version ? key.Version == version : key.RetiredAt is null)
            ?? throw new CommandException($"The signing key has no version {wanted}: 'assay key list' shows them.");
        session.Write(key, static key =>
        {
            Screen.Out.MarkupLine($"Version [bold]{key.Version}[/], held by {Markup.Escape(key.Provider)}, signs since {Figures.Time(key.CreatedAt)}{(key.RetiredAt is { } retired ? $" until {Figures.Time(retired)}; what it signed stays valid" : "")}");
            Screen.Line($"hint {key.Hint}");
            Screen.Line(key.PublicKeyPem.TrimEnd());
        });
        return 0;
    }
}
