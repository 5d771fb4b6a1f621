using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Refusals;
using Assay.Registry.Packages;
using Assay.Registry.Signatures;
using Assay.Registry.Versions;
using Assay.Registry.Waivers;
using Assay.Tracking;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.LoggedModels;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Registry.Mlflow.Versions;

/// <summary>What a source led to.</summary>
/// <param name="Copied">Whether its files are in the folder now; false when they are elsewhere.</param>
/// <param name="RunId">The run that the source belongs to; null when it says none.</param>
internal sealed record Sourced(bool Copied, string? RunId)
{
    /// <summary>The runs and logged models whose files they are, as events name them.</summary>
    public IReadOnlyCollection<string> From { get; init; } = [];

    /// <summary>The version whose files they are; null for any other source.</summary>
    public ModelVersion? Version { get; init; }
}

/// <summary>
/// Fetches what a source names into a folder, where this server keeps it: files of a run (<c>runs:/…</c>), of a logged model
/// (<c>models:/m-…</c>), of another version (<c>models:/NAME/VERSION</c>), or a path of the artifact proxy. The copy is what
/// is registered, so that a run that changes later changes no version.
/// </summary>
internal sealed class SourceFiles(
    FileStore files, Sessions sessions, IBlobs blobs, VersionBook versions, PackageReader packages, SourceDoor door)
{
    private const string Runs = "runs:/";
    private const string Models = "models:/";

    public async Task<Sourced> Fetch(MlflowCall call, string source, string folder)
    {
        if (source.StartsWith(Models, StringComparison.Ordinal) && !source.StartsWith(Models + "m-", StringComparison.Ordinal))
            return await FromVersion(call, source, new(folder));
        var copy = new SourceCopy(folder);
        var (path, runId) = PathOf(call, call.ScopeOf(TrackingPermissions.Read), source);
        return new(path is { } known && await Copy(call, known, copy), runId) { From = copy.From };
    }

    /// <summary>The model, and the version, stage or alias, that <c>models:/NAME/VERSION</c> or <c>models:/NAME@ALIAS</c> names; null for any other source.</summary>
    public static (string Model, string Version)? VersionOf(string? source)
    {
        if (source?.StartsWith(Models, StringComparison.Ordinal) != true)
            return null;
        var name = source[Models.Length..].TrimEnd('/');
        return name.LastIndexOfAny(['/', '@']) is > 0 and var cut ? (name[..cut], name[(cut + 1)..]) : null;
    }

    // Runs, logged models and paths of the proxy belong to experiments, which the caller may read.
    private (ArtifactPath? Path, string? RunId) PathOf(MlflowCall call, ExperimentScope scope, string source)
    {
        if (source.StartsWith(Runs, StringComparison.Ordinal))
        {
            var parts = source[Runs.Length..].TrimStart('/').Split('/', 2);
            return sessions.Read(session => RunReader.TryFind(session, scope, parts[0])) is { } run
                ? (Below(run.ArtifactUri, parts.Length > 1 ? parts[1] : ""), run.Id)
                : (null, null);   // a run of another server
        }

        if (source.StartsWith(Models, StringComparison.Ordinal))
        {
            var model = sessions.Read(session => ModelRow.Find(session, scope, source[Models.Length..].TrimEnd('/')));
            return (Below(model.ArtifactUri, ""), model.SourceRunId.Length == 0 ? null : model.SourceRunId);
        }

        var path = Below(source, "");
        if (path is { } known)
            ArtifactOwner.Demand(call, known, scope);   // what others have below it would be copied as well
        return (path, null);
    }

    // A run whose files are kept elsewhere has its versions' files there as well.
    private static ArtifactPath? Below(string uri, string inner) =>
        RunFiles.IsHere(uri)
            ? RunFiles.RootOf(uri).Below(ArtifactPath.Read(inner))
            : null;

    private async Task<Sourced> FromVersion(MlflowCall call, string source, SourceCopy copy)
    {
        if (VersionOf(source) is not var (model, number))
            throw MlflowError.Invalid($"Invalid model URI '{source}': write models:/NAME/VERSION, models:/NAME@ALIAS or models:/m-….");
        var version = await versions.Find(model, number, call.Cancel)
            ?? throw MlflowError.NotFound($"Unable to fetch model from model URI source artifact location '{source}': there is no such version.");
        await door.Pass(version, call.Cancel);

        // Checked and then copied, rather than read once: a package may be larger than memory.
        if (await packages.Verify(version, call.Cancel) is { Problem: { } problem })
            throw Refusal.Conflict($"{version.Model} version {version.Version} is refused: {problem}");
        foreach (var file in VersionBook.Files(version))
            await copy.Write(file.Path, await blobs.Open(Digest.Parse(file.Digest), call.Cancel), call.Cancel);
        return new(version.Format != SourcePackage.Format, version.RunId) { Version = version };
    }

    private async Task<bool> Copy(MlflowCall call, ArtifactPath path, SourceCopy copy)
    {
        foreach (var part in path.Text.Split('/'))
            copy.Pass(part);
        if (files.Find(call.Project, path) is not { Digest: { } digest })
            return await CopyFolder(call, path, "", copy);
        await copy.Write(path.Name, await blobs.Open(Digest.Parse(digest), call.Cancel), call.Cancel);
        return true;
    }

    private async Task<bool> CopyFolder(MlflowCall call, ArtifactPath path, string inner, SourceCopy copy)
    {
        var any = false;
        foreach (var entry in files.List(call.Project, path))
        {
            copy.Count();
            copy.Pass(entry.Name);
            var name = inner.Length == 0 ? entry.Name : $"{inner}/{entry.Name}";
            if (entry.Digest is { } digest)
                await copy.Write(name, await blobs.Open(Digest.Parse(digest), call.Cancel), call.Cancel);
            any |= entry.Digest is not null || await CopyFolder(call, path.Below(ArtifactPath.Read(entry.Name)), name, copy);
        }

        return any;
    }
}

/// <summary>Lets a caller copy what it may read, and nobody a version in quarantine but who decides on that.</summary>
internal sealed class SourceDoor(IAccess access, QuarantineDoor quarantine)
{
    public async Task Pass(ModelVersion version, CancellationToken cancel)
    {
        if (!access.May(RegistryPermissions.Read, version.Model))
            throw Refusal.Denied($"This needs the permission '{RegistryPermissions.Read.Name}' on the model '{version.Model}', which your account or your token does not have.");
        await quarantine.Pass(version, cancel);
    }
}
