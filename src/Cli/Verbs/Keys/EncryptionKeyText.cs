using System.Globalization;
using Assay.Cli.Output;
using Assay.Governance.Keys;
using Spectre.Console;

namespace Assay.Cli.Verbs.Keys;

/// <summary>Versions of the key-encryption key, to read.</summary>
internal static class EncryptionKeyText
{
    public static void Show(EncryptionKeyList keys)
    {
        var table = Screen.Table("Version", "State", "Objects", "Since", "Everything under it since", "Retired");
        foreach (var key in keys.Items)
        {
            table.AddRow(
                key.Version.ToString(CultureInfo.InvariantCulture),
                key.State == "wraps" ? "[green]wraps[/]" : key.State,
                Figures.Number(key.Objects),
                key.CreatedAt is { } since ? Figures.Time(since) : "",
                key.RewrappedAt is { } whole ? Figures.Time(whole) : "",
                key.RetiredAt is { } retired ? Figures.Time(retired) : "");
        }

        Screen.Out.Write(table);
        if (keys.Damaged > 0)
            Screen.Line($"{keys.Damaged} blobs have keys that can't be read: restore them from a backup.");
    }
}
