using System.CommandLine;

namespace Assay.Cli.Verbs.Keys;

/// <summary><c>assay key</c>.</summary>
internal static class KeyVerbs
{
    public static Command Create() => new("key", "The installation's keys, and the versions that they had: for signing, and for encryption at rest")
    {
        ListKeys.Create(),
        ShowKey.Create(),
        ExportPublicKey.Create(),
        RotateKey.Create(),
        RewrapKeys.Create(),
        RetireKey.Create(),
    };
}
