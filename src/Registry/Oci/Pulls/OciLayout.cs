using System.Text.Json;
using Assay.Kernel;

namespace Assay.Registry.Oci.Pulls;

/// <summary>A folder in the image layout of OCI, as skopeo and oras write it: <c>oci-layout:FOLDER[:TAG|@sha256:…]</c>.</summary>
internal sealed class OciLayout : IArtifactSource
{
    public const string Scheme = "oci-layout:";
    private const string RefName = "org.opencontainers.image.ref.name";
    private const int ManifestsMax = 1000;

    private readonly string _folder;
    private readonly IReadOnlyList<Entry> _manifests;

    private OciLayout(string folder)
    {
        _folder = folder;
        _manifests = ReadIndex(folder);
    }

    public string Name => Scheme + _folder;

    public string Folder => _folder;

    public static bool IsOne(string word) => word.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>The layout that a word names, and what of it.</summary>
    /// <exception cref="InvalidDataException">There is no such layout, or it does not say which model.</exception>
    public static (OciLayout Layout, string Reference) Open(string word)
    {
        var what = word[Scheme.Length..];
        var mark = what.IndexOf("@sha256:", StringComparison.Ordinal);
        var colon = what.LastIndexOf(':');
        if (mark < 0 && !Directory.Exists(what) && colon > 0)
            mark = colon;
        var (folder, reference) = mark < 0 ? (what, null) : (what[..mark], what[(mark + 1)..]);
        if (!File.Exists(Path.Combine(folder, "oci-layout")))
            throw new InvalidDataException($"{folder} is no OCI layout: it has no file 'oci-layout'. 'skopeo copy docker://… oci:{folder}:TAG' writes one.");
        var layout = new OciLayout(Path.GetFullPath(folder));
        return (layout, reference ?? layout.Only());
    }

    public async Task<FoundManifest?> Manifest(string reference, CancellationToken cancel)
    {
        var entry = _manifests.FirstOrDefault(entry => entry.Digest == reference) ?? _manifests.FirstOrDefault(entry => entry.Tag == reference);
        if (!Digest.TryParse(entry?.Digest ?? reference, null, out var digest) || !File.Exists(PathOf(digest)))
            return null;
        if (new FileInfo(PathOf(digest)).Length > OciLimits.ManifestBytesMax)
            throw new InvalidDataException($"{Name}: the manifest {digest} has more than {OciLimits.ManifestBytesMax >> 20} MiB.");
        var bytes = await File.ReadAllBytesAsync(PathOf(digest), cancel);
        return Digest.Of(bytes) == digest
            ? new(bytes, entry?.MediaType)
            : throw new InvalidDataException($"{Name}: the file of {digest} holds something else. It is not taken.");
    }

    public Task<Stream> Blob(Digest digest, CancellationToken cancel) => Task.FromResult<Stream>(File.OpenRead(PathOf(digest)));

    // In a layout nothing says which are referrers but the manifests themselves.
    public async Task<IReadOnlyList<Digest>> Referrers(Digest subject, CancellationToken cancel)
    {
        var found = new List<Digest>();
        foreach (var entry in _manifests)
        {
            if (await Manifest(entry.Digest, cancel) is { } manifest && SubjectOf(manifest.Bytes) == subject.ToString())
                found.Add(Digest.Parse(entry.Digest));
        }

        return found;
    }

    private string Only()
    {
        var subjects = _manifests.Where(entry => entry.Tag is not null).Select(entry => entry.Digest).Distinct().ToList();
        if (subjects.Count == 0)
            subjects = [.. _manifests.Select(entry => entry.Digest).Distinct()];
        return subjects is [var only] ? only : throw new InvalidDataException($"{Name} has {subjects.Count} manifests. Say which: {Scheme}{_folder}:TAG or …@sha256:….");
    }

    private string PathOf(Digest digest) => Path.Combine(_folder, "blobs", "sha256", digest.Hex);

    private static string? SubjectOf(byte[] manifest)
    {
        try
        {
            using var json = JsonDocument.Parse(manifest);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("subject", out var subject)
                && subject.ValueKind == JsonValueKind.Object && subject.TryGetProperty("digest", out var digest) ? digest.ToString() : null;
        }
        catch (JsonException)   // whatever it is, it is about nothing
        {
            return null;
        }
    }

    private static List<Entry> ReadIndex(string folder)
    {
        var path = Path.Combine(folder, "index.json");
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > OciLimits.ManifestBytesMax)
                throw new InvalidDataException($"{path} is missing, or has more than {OciLimits.ManifestBytesMax >> 20} MiB.");
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return [.. json.RootElement.GetProperty("manifests").EnumerateArray().Take(ManifestsMax).Select(manifest => new Entry(
                manifest.GetProperty("digest").GetString()!,
                manifest.TryGetProperty("mediaType", out var type) ? type.GetString() : null,
                manifest.TryGetProperty("annotations", out var annotations) && annotations.TryGetProperty(RefName, out var tag) ? tag.GetString() : null))];
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path} is no index of an OCI layout: {problem.Message}", problem);
        }
    }

    private sealed record Entry(string Digest, string? MediaType, string? Tag);
}
