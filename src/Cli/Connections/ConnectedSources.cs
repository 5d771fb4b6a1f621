using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Client;
using Assay.Serve;

namespace Assay.Cli.Connections;

/// <summary>What <c>assay serve</c> is told to serve: registered versions too, which are brought from the platform.</summary>
internal sealed class ConnectedSources(ParseResult parsed, string? publicKey, bool plainHttp) : ServeSources(publicKey, plainHttp)
{
    protected override async Task AddVersion(ServedAs called, string what, string? digest, CancellationToken cancel)
    {
        var temporary = Temporary();
        ExportedPackage? package = null;
        await Session.Running(async (session, stop) =>
        {
            var reference = digest is null ? ModelReference.Parse(what) : await OfDigest(session.Client, ModelReference.Parse(what, "latest").Name, digest, stop);
            package = await ExportedPackage.Write(session.Client, reference, temporary, PublicKey, stop);
            await Members.Bring(temporary, async (model, version) => (await ExportedPackage.Write(session.Client, new(model, version), Temporary(), PublicKey, stop)).Folder);
            return 0;
        })(parsed, cancel);
        Check(what, temporary, digest);
        Add(new(called.Name ?? package!.Model, temporary, called.Version ?? $"{package!.Version}"));
    }

    private static async Task<ModelReference> OfDigest(AssayClient client, string model, string digest, CancellationToken cancel)
    {
        var versions = await Pages.All((cursor, stop) => client.Models.Versions(model, cursor, cancel: stop), cancel);
        return versions.Find(version => version.Digest == digest) is { } found
            ? new(model, $"{found.Version}")
            : throw new CommandException($"No version of {model} has the digest {digest}.");
    }
}
