using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Client;
using Assay.Inference.Graphs;
using Assay.Inference.Models;
using Assay.Registry;
using Assay.Serve;

namespace Assay.Cli.Connections;

/// <summary>
/// What <c>assay serve</c> is told to serve, as folders that were verified: registered versions, and artifacts of registries
/// and layouts of OCI, are brought to temporary ones, which are removed at the end.
/// </summary>
internal sealed class ServeSources : IDisposable
{
    private const string DigestMark = "@sha256:";
    private static readonly string[] Telling = [PackageFiles.Model, PackageFiles.Signature, PackageFiles.MLmodel, PackageFiles.Schema, "serve.yaml", ModelGraphs.File];
    private readonly ParseResult _parsed;
    private readonly string? _publicKey;
    private readonly bool _plainHttp;
    private readonly List<string> _temporary = [];
    private readonly Dictionary<string, string> _pulled = new(StringComparer.Ordinal);   // folder and root of what came from OCI

    public ServeSources(ParseResult parsed, string? publicKey, bool plainHttp = false)
    {
        (_parsed, _publicKey, _plainHttp) = (parsed, publicKey, plainHttp);
        Members = new(WhyNot);
    }

    /// <summary>What graphs among them name.</summary>
    public GraphMembers Members { get; }

    /// <summary>The folder whose folders are the models; null where none was named.</summary>
    public string? ModelsFolder { get; private set; }

    public List<ServedPackage> Packages { get; } = [];

    /// <summary>Takes what a word names: a version, a folder, or a folder of folders; with <c>@sha256:…</c> only if that is its content.</summary>
    /// <param name="name">What it is to be called; null for its own name.</param>
    /// <param name="word">What was typed.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="CommandException">There is no such model, or it does not verify.</exception>
    public async Task Add(string? name, string word, CancellationToken cancel)
    {
        if (ArtifactPull.IsOne(word))
        {
            await AddArtifact(name, word, cancel);
            return;
        }

        var mark = word.IndexOf(DigestMark, StringComparison.Ordinal);
        var (what, digest) = mark < 0 ? (word, null) : (word[..mark], word[(mark + 1)..]);
        if (ModelReference.IsOne(what))
            await AddVersion(name, what, digest, cancel);
        else
            AddFolder(name, what, digest);
    }

    /// <summary>What stands against loading a folder while the server runs; null for nothing.</summary>
    public string? WhyNot(string folder)
    {
        if (_pulled.TryGetValue(folder, out var root))
            return SignedFolder.RootOf(folder).ToString() == root ? null : $"{Path.GetFileName(folder)} is not served: its files changed after they were pulled.";
        var report = SignedFolder.Verify(folder, _temporary.Contains(folder) ? null : _publicKey);
        return report.Verified ? null : $"{Path.GetFileName(folder)} is not served: {report.Problem}";
    }

    public void Dispose()
    {
        foreach (var folder in _temporary)
            Directory.Delete(folder, recursive: true);
    }

    private async Task AddVersion(string? name, string what, string? digest, CancellationToken cancel)
    {
        var temporary = Temporary();
        ExportedPackage? package = null;
        await Session.Running(async (session, stop) =>
        {
            var reference = digest is null ? ModelReference.Parse(what) : await OfDigest(session.Client, ModelReference.Parse(what, "latest").Name, digest, stop);
            package = await ExportedPackage.Write(session.Client, reference, temporary, stop);
            await Members.Bring(temporary, async (model, version) => (await ExportedPackage.Write(session.Client, new(model, version), Temporary(), stop)).Folder);
            return 0;
        })(_parsed, cancel);
        Check(what, temporary, digest);
        Packages.Add(new(name ?? package!.Model, temporary, $"{package!.Version}"));
    }

    // What its digests say was looked at while it was pulled; a key is held to the signature that came along.
    private async Task AddArtifact(string? name, string word, CancellationToken cancel)
    {
        var pulled = await Pull(word, cancel);
        var beside = word[..(word.LastIndexOf('/') + 1)];   // what a graph names stands beside it, each version under its number
        await Members.Bring(pulled.Folder, async (model, version) => word.StartsWith("oci://", StringComparison.Ordinal)
            ? (await Pull($"{beside}{model}:{version}", cancel)).Folder
            : throw new CommandException($"{word} is a graph, whose members are in no layout. Pull it from a registry, or serve its exported folder."));
        Packages.Add(new(name ?? pulled.Name, pulled.Folder, pulled.Version ?? "1"));
    }

    private async Task<PulledArtifact> Pull(string word, CancellationToken cancel)
    {
        var pulled = await ArtifactPull.Pull(word, Temporary(), _plainHttp, cancel);
        if (_publicKey is not null && SignedFolder.Verify(pulled.Folder, _publicKey) is { Verified: false } report)
            throw new CommandException($"{word} is not served: {report.Problem}");
        _pulled[pulled.Folder] = SignedFolder.RootOf(pulled.Folder).ToString();
        return pulled;
    }

    private string Temporary()
    {
        var folder = Directory.CreateTempSubdirectory("assay-serve-").FullName;   // mode 0700
        _temporary.Add(folder);
        return folder;
    }

    private static async Task<ModelReference> OfDigest(AssayClient client, string model, string digest, CancellationToken cancel)
    {
        var versions = await Pages.All((cursor, stop) => client.Models.Versions(model, cursor, cancel: stop), cancel);
        return versions.Find(version => version.Digest == digest) is { } found
            ? new(model, $"{found.Version}")
            : throw new CommandException($"No version of {model} has the digest {digest}.");
    }

    private void AddFolder(string? name, string what, string? digest)
    {
        if (!Directory.Exists(what))
            throw new CommandException($"There is no folder {what}; a registered model is written models:/NAME/VERSION.");
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(what));
        if (digest is null && name is null && FoldersOfModels(folder) is { Length: > 0 } folders)
        {
            if (ModelsFolder is not null)
                throw new CommandException($"{ModelsFolder} and {folder} are folders of models. Name one, and the models of the other one by one.");
            ModelsFolder = folder;
            foreach (var inner in folders)
                AddVerified(Path.GetFileName(inner), inner);
            return;
        }

        Check(what, folder, digest);
        AddVerified(name ?? Path.GetFileName(folder), folder);
    }

    private void AddVerified(string name, string folder)
    {
        if (WhyNot(folder) is { } problem)
            throw new CommandException(problem);
        Packages.Add(new(name, folder));
    }

    private static void Check(string what, string folder, string? digest)
    {
        if (digest is not null && SignedFolder.RootOf(folder).ToString() is var found && found != digest)
            throw new CommandException($"{what} has the digest {found}, and not {digest}. It is not served.");
    }

    // A folder that holds no model itself, and folders alone.
    private static string[] FoldersOfModels(string folder) => Telling.Any(file => File.Exists(Path.Combine(folder, file)))
        ? []
        : [.. Directory.EnumerateDirectories(folder).Where(inner => !Path.GetFileName(inner).StartsWith('.')).Order(StringComparer.Ordinal)];
}
