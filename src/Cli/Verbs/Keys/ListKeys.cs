using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Keys;

/// <summary><c>assay key list</c>.</summary>
internal static class ListKeys
{
    public static Command Create()
    {
        var verb = new Verb(
            "list",
            "Lists the versions of the signing key, the last one signs; or of the key-encryption key, with how much stands under each",
            "assay key list",
            "assay key list --encryption",
            "assay key list --json").Connected();
        verb.Add(RotateKey.Encryption);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        if (session.Parsed.GetValue(RotateKey.Encryption))
        {
            session.Write(await session.Client.Keys.Encryption(cancel), EncryptionKeyText.Show);
            return 0;
        }

        var keys = await session.Client.Keys.List(cancel);
        session.Write(keys.Items, static versions =>
        {
            var table = Screen.Table("Version", "State", "Held by", "Since", "Until", "Hint");
            foreach (var version in versions)
            {
                table.AddRow(
                    version.Version.ToString(CultureInfo.InvariantCulture), version.RetiredAt is null ? "[green]signs[/]" : "verifies", Markup.Escape(version.Provider),
                    Figures.Time(version.CreatedAt), version.RetiredAt is { } retired ? Figures.Time(retired) : "", version.Hint);
            }

            Screen.Out.Write(table);
        });
        return 0;
    }
}
