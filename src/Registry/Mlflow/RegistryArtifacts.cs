using System.Globalization;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Refusals;
using Assay.Registry.Versions;
using Assay.Registry.Waivers;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Mlflow;

/// <summary>
/// Where MLflow's clients find the files of a version, as <c>registry/MODEL/VERSION/…</c> of the artifact proxy: the package
/// that was signed and approved, whatever happens to the run that it came from.
/// </summary>
internal sealed class RegistryArtifacts(AssayDb db, IAccess access, QuarantineDoor door, IBlobs blobs) : IArtifactRoot
{
    public const string Root = "registry";

    /// <inheritdoc/>
    public string Folder => Root;

    public static string AddressOf(string model, int version) => $"mlflow-artifacts:/{PathOf(model, version)}";

    /// <summary>The folder of a version's files in the proxy.</summary>
    public static string PathOf(string model, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{Root}/{model.Replace("%", "%25", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal).Replace("?", "%3F", StringComparison.Ordinal)}/{version}");

    /// <inheritdoc/>
    public async Task<List<FileEntry>> List(MlflowCall call, ArtifactPath folder)
    {
        if (await Find(folder, call.Cancel) is not { } found)
            return [];
        var prefix = found.Path.Length == 0 ? "" : found.Path + "/";
        return [.. VersionBook.Files(found.Version)
            .Where(file => file.Path.StartsWith(prefix, StringComparison.Ordinal))
            .GroupBy(file => file.Path[prefix.Length..].Split('/')[0])
            .OrderBy(name => name.Key, StringComparer.Ordinal)
            .Select(name => name.First() is var file && file.Path == prefix + name.Key ? new FileEntry(name.Key, file.Digest, file.SizeBytes) : new FileEntry(name.Key, null, 0))];
    }

    /// <inheritdoc/>
    public async Task<(Stream Content, string Digest)> Open(MlflowCall call, ArtifactPath path)
    {
        var found = await Find(path, call.Cancel);
        var file = found is null ? null : VersionBook.Files(found.Value.Version).Find(file => file.Path == found.Value.Path);
        if (file is null)
            throw MlflowError.NotFound($"No such artifact: '{path.Text}'");
        await door.Pass(found!.Value.Version, call.Cancel);
        try
        {
            return (await blobs.Open(Digest.Parse(file.Digest), call.Cancel), file.Digest);
        }
        catch (IOException problem) when (problem is DamagedBlobException or FileNotFoundException)
        {
            throw Refusal.Conflict($"{path.Text} can't be read: {problem.Message}");
        }
    }

    private async Task<(ModelVersion Version, string Path)?> Find(ArtifactPath path, CancellationToken cancel)
    {
        if (path.Text.Split('/', 4) is not [_, var name, var text, .. var rest] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        foreach (var model in new[] { name, Uri.UnescapeDataString(name) }.Distinct())
        {
            if (await db.ModelVersions.AsNoTracking().SingleOrDefaultAsync(row => row.Model == model && row.Version == number && row.WithdrawnAt == null, cancel) is not { } version)
                continue;
            if (!access.May(RegistryPermissions.Read, model))
                throw Refusal.Denied($"This needs the permission '{RegistryPermissions.Read.Name}' on the model '{model}', which your account or your token does not have.");
            return (version, rest.Length == 0 ? "" : rest[0]);
        }

        return null;
    }
}
