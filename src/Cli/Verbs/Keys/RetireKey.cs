using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;

namespace Assay.Cli.Verbs.Keys;

/// <summary><c>assay key retire</c>.</summary>
internal static class RetireKey
{
    private static readonly Argument<int> Version = new("version") { Description = "Version of the key-encryption key", HelpName = "VERSION" };

    public static Command Create()
    {
        var verb = new Verb(
            "retire",
            "Forgets a version of the key-encryption key under which nothing stands any more. Backups from before need it: keep a copy of the keys folder beside them",
            "assay key retire 1").Connected();
        verb.Add(Version);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        session.Write(await session.Client.Keys.RetireEncryption(session.Parsed.GetRequiredValue(Version), cancel), EncryptionKeyText.Show);
        return 0;
    }
}
