using System.ComponentModel.DataAnnotations;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking.Artifacts;

/// <summary>A file of a run, or a folder that has some.</summary>
/// <param name="Path">From the run's root on, without a slash at its ends.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="SizeBytes">Size of a file; 0 for a folder.</param>
/// <param name="Digest">SHA-256 of a file's bytes; null for a folder.</param>
public sealed record RunFile(string Path, bool IsFolder, long SizeBytes, string? Digest);

/// <summary>One folder of a run, its entries by name.</summary>
internal static class ListRunFiles
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}/files", Handle).WithName("ListRunFiles").RequiresOnAny(TrackingPermissions.Read);

    private static List<RunFile> Handle(
        string id, [StringLength(ArtifactPath.LengthMax)] string? path, FileStore files, Sessions sessions, ExperimentScope scope)
    {
        var inner = ArtifactPath.Read(path);
        var prefix = inner.Text.Length == 0 ? "" : inner.Text + "/";
        return files.List(scope.Project, RootOf(id, sessions, scope).Below(inner))
            .ConvertAll(file => new RunFile(prefix + file.Name, file.Digest is null, file.SizeBytes, file.Digest));
    }

    /// <summary>The folder of a run's files.</summary>
    /// <exception cref="Refusal">404, 403 where the caller may not, or 400 when the files are kept elsewhere.</exception>
    public static ArtifactPath RootOf(string id, Sessions sessions, ExperimentScope scope)
    {
        var run = sessions.Read(session => RunReader.TryFind(session, scope, id)) ?? throw Refusal.NotFound("run", id);
        return RunFiles.RootOf(run.ArtifactUri);
    }
}
