using Assay.Inference.Graphs;
using Assay.Inference.Models;
using Assay.Registry;

namespace Assay.Serve;

/// <summary>
/// What the slim server is told to serve, as folders that were verified: artifacts of registries and layouts of OCI are
/// brought to temporary ones, which are removed at the end. Registered versions are for who knows the platform.
/// </summary>
public class ServeSources : IDisposable
{
    private const string VersionScheme = "models:/";
    private const string DigestMark = "@sha256:";
    private static readonly string[] Telling = [PackageFiles.Model, PackageFiles.Signature, PackageFiles.MLmodel, PackageFiles.Schema, "serve.yaml", ModelGraphs.File];
    private readonly string? _publicKey;
    private readonly bool _plainHttp;
    private readonly List<string> _temporary = [];
    private readonly List<ServedPackage> _packages = [];
    private readonly Dictionary<string, string> _pulled = new(StringComparer.Ordinal);   // folder and root of what came from OCI

    /// <summary>As yet nothing.</summary>
    /// <param name="publicKey">The key that must have signed folders and what is pulled, as PEM; null for the one beside each signature.</param>
    /// <param name="plainHttp">Whether registries are asked without TLS.</param>
    public ServeSources(string? publicKey, bool plainHttp = false)
    {
        (_publicKey, _plainHttp) = (publicKey, plainHttp);
        Members = new(WhyNot);
    }

    /// <summary>What graphs among them name.</summary>
    public GraphMembers Members { get; }

    /// <summary>The folder whose folders are the models; null where none was named.</summary>
    public string? ModelsFolder { get; private set; }

    /// <summary>The models, each with its name.</summary>
    public IReadOnlyList<ServedPackage> Packages => _packages;

    /// <summary>Takes what a word names: a version, a folder, or a folder of folders; with <c>@sha256:…</c> only if that is its content.</summary>
    /// <param name="name">What it is to be called; null for its own name.</param>
    /// <param name="word">What was typed.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ServeRefusedException">There is no such model, or it does not verify.</exception>
    public async Task Add(string? name, string word, CancellationToken cancel)
    {
        if (ArtifactPull.IsOne(word))
        {
            await AddArtifact(name, word, cancel);
            return;
        }

        var mark = word.IndexOf(DigestMark, StringComparison.Ordinal);
        var (what, digest) = mark < 0 ? (word, null) : (word[..mark], word[(mark + 1)..]);
        if (what.StartsWith(VersionScheme, StringComparison.Ordinal))
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

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var folder in _temporary)
            Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes a registered version.</summary>
    /// <param name="name">What it is to be called; null for the model's name.</param>
    /// <param name="what">Such as <c>models:/churn/3</c>.</param>
    /// <param name="digest">What its content must be; null for anything.</param>
    /// <param name="cancel">Gives up.</param>
    protected virtual Task AddVersion(string? name, string what, string? digest, CancellationToken cancel) => throw new ServeRefusedException(
        $"{what} is a version of a platform's registry, which this program does not ask. Pull it as oci://HOST/NAME:TAG, export it with 'assay model export', or serve it with 'assay serve'.");

    /// <summary>Takes a folder that verified.</summary>
    protected void Add(ServedPackage package) => _packages.Add(package);

    /// <summary>A new folder of nobody else's, which goes at the end.</summary>
    protected string Temporary()
    {
        var folder = Directory.CreateTempSubdirectory("assay-serve-").FullName;   // mode 0700
        _temporary.Add(folder);
        return folder;
    }

    /// <summary>Holds a folder to a digest; null for anything.</summary>
    /// <exception cref="ServeRefusedException">It is another.</exception>
    protected static void Check(string what, string folder, string? digest)
    {
        if (digest is not null && SignedFolder.RootOf(folder).ToString() is var found && found != digest)
            throw new ServeRefusedException($"{what} has the digest {found}, and not {digest}. It is not served.");
    }

    // What its digests say was looked at while it was pulled; a key is held to the signature that came along.
    private async Task AddArtifact(string? name, string word, CancellationToken cancel)
    {
        var pulled = await Pull(word, cancel);
        var beside = word[..(word.LastIndexOf('/') + 1)];   // what a graph names stands beside it, each version under its number
        await Members.Bring(pulled.Folder, async (model, version) => word.StartsWith("oci://", StringComparison.Ordinal)
            ? (await Pull($"{beside}{model}:{version}", cancel)).Folder
            : throw new ServeRefusedException($"{word} is a graph, whose members are in no layout. Pull it from a registry, or serve its exported folder."));
        Add(new(name ?? pulled.Name, pulled.Folder, pulled.Version ?? "1"));
    }

    private async Task<PulledArtifact> Pull(string word, CancellationToken cancel)
    {
        var pulled = await ArtifactPull.Pull(word, Temporary(), _plainHttp, cancel);
        if (_publicKey is not null && SignedFolder.Verify(pulled.Folder, _publicKey) is { Verified: false } report)
            throw new ServeRefusedException($"{word} is not served: {report.Problem}");
        _pulled[pulled.Folder] = SignedFolder.RootOf(pulled.Folder).ToString();
        return pulled;
    }

    private void AddFolder(string? name, string what, string? digest)
    {
        if (!Directory.Exists(what))
            throw new ServeRefusedException($"There is no folder {what}; a registered model is written models:/NAME/VERSION.");
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(what));
        if (digest is null && name is null && FoldersOfModels(folder) is { Length: > 0 } folders)
        {
            if (ModelsFolder is not null)
                throw new ServeRefusedException($"{ModelsFolder} and {folder} are folders of models. Name one, and the models of the other one by one.");
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
            throw new ServeRefusedException(problem);
        Add(new(name, folder));
    }

    // A folder that holds no model itself, and folders alone.
    private static string[] FoldersOfModels(string folder) => Telling.Any(file => File.Exists(Path.Combine(folder, file)))
        ? []
        : [.. Directory.EnumerateDirectories(folder).Where(inner => !Path.GetFileName(inner).StartsWith('.')).Order(StringComparer.Ordinal)];
}
