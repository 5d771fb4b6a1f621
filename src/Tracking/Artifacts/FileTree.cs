using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Artifacts;

/// <summary>All files of one run or model, to count them, or to take their rows away; their bytes stay until the sweep finds that nothing names them.</summary>
internal sealed class FileTree(AssayDb db)
{
    /// <summary>The folder that is one run's or model's alone; null when its files are not kept here.</summary>
    /// <param name="artifactUri">As clients are told.</param>
    /// <param name="id">Of the run or model.</param>
    public static string? FolderOf(string artifactUri, string id)
    {
        if (!RunFiles.IsHere(artifactUri))
            return null;
        var folder = RunFiles.RootOf(artifactUri).Text;
        const string inner = "/artifacts";
        return folder.EndsWith($"/{id}{inner}", StringComparison.Ordinal) ? folder[..^inner.Length] : null;
    }

    /// <summary>Counts the files below a folder, and takes their rows away when asked to.</summary>
    public async Task<(int Files, long SizeBytes)> Below(string? root, bool remove, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(root))
            return (0, 0);

        // Folder by folder, each found by the key: a search for what begins alike would read every file of the project.
        var (files, size) = (0, 0L);
        var folders = new Queue<string>([root]);
        while (folders.TryDequeue(out var folder))
        {
            var entries = await db.StoredFiles.AsNoTracking().Where(file => file.Folder == folder)
                .Select(file => new { file.Name, file.Digest, file.SizeBytes }).ToListAsync(cancel);
            foreach (var entry in entries.Where(entry => entry.Digest is null))
                folders.Enqueue($"{folder}/{entry.Name}");
            files += entries.Count(entry => entry.Digest is not null);
            size += entries.Sum(entry => entry.SizeBytes);
            if (remove)
                await db.StoredFiles.Where(file => file.Folder == folder).ExecuteDeleteAsync(cancel);
        }

        if (remove)
        {
            var own = ArtifactPath.Read(root);
            await db.StoredFiles.Where(file => file.Folder == own.Folder && file.Name == own.Name).ExecuteDeleteAsync(cancel);
        }

        return (files, size);
    }
}
