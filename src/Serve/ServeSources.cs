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
    private readonly bool _plainHttp;
    private readonly List<string> _temporary = [];
    private readonly List<ServedPackage> _packages = [];
    private readonly Dictionary<string, string> _versionFolders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _pulled = new(StringComparer.Ordinal);   // folder and root of what came from OCI

    /// <summary>As yet nothing.</summary>
    /// <param name="publicKey">The key that must have signed all that is served, as PEM; null for the one beside each signature.</param>
    /// <param name="plainHttp">Whether registries are asked without TLS.</param>
    public ServeSources(string? publicKey, bool plainHttp = false)
    {
        (PublicKey, _plainHttp) = (publicKey, plainHttp);
        Members = new(WhyNot);
    }

    /// <summary>The key that must have signed all that is served, as PEM; null for the one beside each signature.</summary>
    protected string? PublicKey { get; }

    /// <summary>What graphs among them name.</summary>
    public GraphMembers Members { get; }

    /// <summary>The folder whose folders are the models; null where none was named.</summary>
    public string? ModelsFolder { get; private set; }

    /// <summary>By a model's name the folder whose folders are its versions.</summary>
    public IReadOnlyDictionary<string, string> VersionFolders => _versionFolders;

    /// <summary>The models, each with its name and version.</summary>
    public IReadOnlyList<ServedPackage> Packages => _packages;

    /// <summary>Takes what a word names: a version, a folder, or a folder of folders; with <c>@sha256:…</c> only if that is its content.</summary>
    /// <param name="called">What it is to be called.</param>
    /// <param name="word">What was typed.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ServeRefusedException">There is no such model, or it does not verify.</exception>
    public async Task Add(ServedAs called, string word, CancellationToken cancel)
    {
        if (ArtifactPull.IsOne(word))
        {
            await AddArtifact(called, word, cancel);
            return;
        }

        var mark = word.IndexOf(DigestMark, StringComparison.Ordinal);
        var (what, digest) = mark < 0 ? (word, null) : (word[..mark], word[(mark + 1)..]);
        if (what.StartsWith(VersionScheme, StringComparison.Ordinal))
            await AddVersion(called, what, digest, cancel);
        else
            AddFolder(called, what, digest);
    }

    /// <summary>What stands against loading a folder while the server runs; null for nothing.</summary>
    public string? WhyNot(string folder)
    {
        if (_pulled.TryGetValue(folder, out var root))
            return SignedFolder.RootOf(folder).ToString() == root ? null : $"{Path.GetFileName(folder)} is not served: its files changed after they were pulled.";
        var report = SignedFolder.Verify(folder, PublicKey);
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
    /// <param name="called">What it is to be called.</param>
    /// <param name="what">Such as <c>models:/churn/3</c>.</param>
    /// <param name="digest">What its content must be; null for anything.</param>
    /// <param name="cancel">Gives up.</param>
    protected virtual Task AddVersion(ServedAs called, string what, string? digest, CancellationToken cancel) => throw new ServeRefusedException(
        $"{what} is a version of a platform's registry, which this program does not ask. Pull it as oci://HOST/NAME:TAG, export it with 'assay model export', or serve it with 'assay serve'.");

    /// <summary>Takes a folder that verified.</summary>
    protected void Add(ServedPackage package) => _packages.Add(package);

    /// <summary>A new folder of nobody else's, which goes at the end.</summary>
    protected string Temporary()
    {
        try
        {
            var folder = Directory.CreateTempSubdirectory("assay-serve-").FullName;   // mode 0700
            _temporary.Add(folder);
            return folder;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)   // such as a container's root that nobody may write
        {
            throw new ServeRefusedException($"What is pulled needs a temporary folder, and none can be made in {Path.GetTempPath()}: {problem.Message}. Mount one there, or name another in TMPDIR.", problem);
        }
    }

    /// <summary>Holds a folder to a digest; null for anything.</summary>
    /// <exception cref="ServeRefusedException">It is another.</exception>
    protected static void Check(string what, string folder, string? digest)
    {
        if (digest is not null && SignedFolder.RootOf(folder).ToString() is var found && found != digest)
            throw new ServeRefusedException($"{what} has the digest {found}, and not {digest}. It is not served.");
    }

    // What its digests say was looked at while it was pulled; a key is held to the signature that came along.
    private async Task AddArtifact(ServedAs called, string word, CancellationToken cancel)
    {
        var pulled = await Pull(word, cancel);
        var beside = word[..(word.LastIndexOf('/') + 1)];   // what a graph names stands beside it, each version under its number
        await Members.Bring(pulled.Folder, async (model, version) => word.StartsWith("oci://", StringComparison.Ordinal)
            ? (await Pull($"{beside}{model}:{version}", cancel)).Folder
            : throw new ServeRefusedException($"{word} is a graph, whose members are in no layout. Pull it from a registry, or serve its exported folder."));
        Add(new(called.Name ?? pulled.Name, pulled.Folder, called.Version ?? pulled.Version ?? TagNumber(word) ?? "1"));
    }

    // A tag that is a number, such as the platform's own registry has for each version.
    private static string? TagNumber(string word) =>
        word[(word.LastIndexOf(':') + 1)..] is var tag && !word.Contains('@') && ModelFolders.NumberOf(tag) is not null ? tag : null;

    private async Task<PulledArtifact> Pull(string word, CancellationToken cancel)
    {
        var pulled = await ArtifactPull.Pull(word, Temporary(), _plainHttp, cancel);
        if (PublicKey is not null && !File.Exists(Path.Combine(pulled.Folder, PackageFiles.Signature)))
            throw new ServeRefusedException($"{word} is not served: there is no signature with it, which --public-key demands. It is a referrer of the model, which skopeo leaves behind: copy the model with a tool that brings referrers along, such as 'oras copy -r', or name the registry that has it as oci://….");
        if (PublicKey is not null && SignedFolder.Verify(pulled.Folder, PublicKey) is { Verified: false } report)
            throw new ServeRefusedException($"{word} is not served: {report.Problem}");
        _pulled[pulled.Folder] = SignedFolder.RootOf(pulled.Folder).ToString();
        return pulled;
    }

    private void AddFolder(ServedAs called, string what, string? digest)
    {
        if (File.Exists(what))
            throw new ServeRefusedException($"{what} is a file, and what is served is the folder of a model with its signature, as 'assay model export' writes it. Register the file with 'assay model register', and serve models:/NAME/VERSION or the folder that it is exported to.");
        if (!Directory.Exists(what))
            throw new ServeRefusedException($"There is no folder {what}; a registered model is written models:/NAME/VERSION.");
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(what));
        if (digest is null && called.Version is null && ModelFolders.IsOfVersions(folder))
            AddVersions(called.Name ?? Path.GetFileName(folder), folder);
        else if (digest is null && called.Name is null && ModelFolders.In(folder) is { Length: > 0 } folders)
            AddModels(folder, folders);
        else
        {
            Check(what, folder, digest);
            AddVerified(new(called.Name ?? Path.GetFileName(folder), folder, called.Version ?? "1"));
        }
    }

    private void AddVersions(string name, string folder)
    {
        if (!_versionFolders.TryAdd(name, folder))
            throw new ServeRefusedException($"{_versionFolders[name]} and {folder} are folders of versions of '{name}'. Name one, and the versions of the other one by one.");
        foreach (var package in ModelFolders.Packages(name, folder))
            AddVerified(package);
    }

    private void AddModels(string folder, string[] folders)
    {
        if (ModelsFolder is not null)
            throw new ServeRefusedException($"{ModelsFolder} and {folder} are folders of models. Name one, and the models of the other one by one.");
        ModelsFolder = folder;
        foreach (var package in folders.SelectMany(inner => ModelFolders.Packages(Path.GetFileName(inner), inner)))
            AddVerified(package);
    }

    private void AddVerified(ServedPackage package)
    {
        if (WhyNot(package.Folder) is { } problem)
            throw new ServeRefusedException(problem);
        Add(package);
    }
}

/// <summary>What a model of the slim server is to be called.</summary>
/// <param name="Name">Null for its own name.</param>
/// <param name="Version">Null for its own, or 1.</param>
public sealed record ServedAs(string? Name = null, string? Version = null)
{
    /// <summary>As it is typed: <c>NAME</c> or <c>NAME:VERSION</c>.</summary>
    /// <exception cref="ServeRefusedException">It is neither.</exception>
    public static ServedAs Parse(string text) => text.Split(':') switch
    {
        _ when text.Any(char.IsWhiteSpace) || text.Contains(',') => throw new ServeRefusedException($"'{text}' is no name for a model: it has neither spaces nor commas."),
        [var name, ..] when name.Contains('/') => throw new ServeRefusedException($"'{name}' is no name for a model: it is a part of addresses, and has no '/'."),
        [{ Length: > 0 } name] => new(name),
        [{ Length: > 0 } name, { Length: > 0 } version] when !version.Contains('/') => new(name, version),
        _ => throw new ServeRefusedException($"'{text}' is no name for a model, such as risk, or risk:7 with a version."),
    };
}
