using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Artifacts;

/// <summary>A first folder of the artifact proxy whose files another module keeps: clients read there, and write nothing.</summary>
internal interface IArtifactRoot
{
    /// <summary>Name of the folder, which no experiment has as its id.</summary>
    string Folder { get; }

    /// <summary>What is in a folder, by name; nothing for one that is not there.</summary>
    Task<List<FileEntry>> List(MlflowCall call, ArtifactPath folder);

    /// <summary>A file's bytes, seekable, and their digest.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">There is none, or the caller may not have it.</exception>
    Task<(Stream Content, string Digest)> Open(MlflowCall call, ArtifactPath path);
}

/// <summary>Finds the module that keeps a path.</summary>
internal static class ArtifactRoots
{
    public static IArtifactRoot? RootOf(this MlflowCall call, ArtifactPath path) => call.Http.RequestServices.GetServices<IArtifactRoot>()
        .FirstOrDefault(root => path.Text == root.Folder || path.Text.StartsWith(root.Folder + "/", StringComparison.Ordinal));

    /// <exception cref="Kernel.Refusals.Refusal">400: what is there was written once.</exception>
    public static void DemandWritable(this MlflowCall call, ArtifactPath path)
    {
        if (call.RootOf(path) is { } root)
            throw MlflowError.Invalid($"Invalid path: what is below '{root.Folder}' was written once, and is not changed through here.");
    }
}
