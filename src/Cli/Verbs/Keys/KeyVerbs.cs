using System.CommandLine;

namespace Assay.Cli.Verbs.Keys;

/// <summary><c>assay key</c>.</summary>
internal static class KeyVerbs
{
    public static Command Create() => new("key", "The installation's signing key, and the versions that it had")
    {
        ListKeys.Create(),
        ShowKey.Create(),
        ExportPublicKey.Create(),
        RotateKey.Create(),
    };
}
