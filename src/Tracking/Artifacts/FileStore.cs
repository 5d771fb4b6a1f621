using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Sealing;
using Assay.Tracking.Store;

namespace Assay.Tracking.Artifacts;

/// <summary>One entry of a folder.</summary>
/// <param name="Digest">Null for a folder.</param>
internal readonly record struct FileEntry(string Name, string? Digest, long SizeBytes);

/// <summary>Files of runs and logged models of a project.</summary>
internal sealed class FileStore(GroupWriter writer, Sessions sessions, IBlobs blobs, FileHands hands, TimeProvider clock)
{
    private const string Columns = "SELECT f.name, f.digest, f.size_bytes FROM tracking_files f WHERE f.project = @p0 AND f.folder = @p1";

    private static readonly Statement InFolder = new($"{Columns} ORDER BY f.name");
    private static readonly Statement ByName = new($"{Columns} AND f.name = @p2");
    private static readonly Statement Put = new("""
        INSERT INTO tracking_files (project, folder, name, digest, size_bytes, stored_at) VALUES (@p0, @p1, @p2, @p3, @p4, @p5)
        ON CONFLICT (project, folder, name) DO UPDATE SET digest = excluded.digest, size_bytes = excluded.size_bytes, stored_at = excluded.stored_at
        """);

    private static readonly Statement RemoveOne = new("DELETE FROM tracking_files WHERE project = @p0 AND folder = @p1 AND name = @p2");

    // A folder's own entries, and those of the folders below it.
    private static readonly Statement RemoveBelow = new(
        @"DELETE FROM tracking_files WHERE project = @p0 AND (folder = @p1 OR folder LIKE @p2 ESCAPE '\')");

    /// <summary>What is in a folder, by name; nothing for one that is not there.</summary>
    public List<FileEntry> List(string project, ArtifactPath folder) => sessions.Read(session =>
    {
        var found = new List<FileEntry>();
        using var reader = session.With(InFolder, project, folder.Text).ExecuteReader();
        while (reader.Read())
            found.Add(new(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetInt64(2)));
        return found;
    });

    /// <summary>A file or folder; null when there is none.</summary>
    public FileEntry? Find(string project, ArtifactPath path) => sessions.Read(session => Find(session, project, path));

    /// <summary>The bytes of a file, seekable, and their digest.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">404.</exception>
    public async Task<(Stream Content, string Digest)> Open(string project, ArtifactPath path, CancellationToken cancel) =>
        Find(project, path) is { Digest: { } digest }
            ? (await blobs.Open(Digest.Parse(digest), cancel), digest)
            : throw MlflowError.NotFound($"No such artifact: '{path.Text}'");

    /// <summary>Stores a file, in the place of one that had the path before.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400: the path is that of a folder, or leads through a file.</exception>
    public async Task Store(string project, string caller, ArtifactPath path, Stream content, CancellationToken cancel)
    {
        if (path.Name.Length == 0)
            throw MlflowError.Invalid("Invalid path");
        var stored = await blobs.Put(content, cancel);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await hands.Write(project, caller, path, session =>
        {
            RefuseClash(session, project, path);
            foreach (var folder in path.Folders)
                session.Execute(Put, project, folder.Folder, folder.Name, null, 0L, now);
            Unsealed.NoteFile(session, project, path, caller);
            return session.Execute(Put, project, path.Folder, path.Name, stored.Digest.ToString(), stored.SizeBytes, now);
        });
    }

    /// <summary>Removes a file, or a folder with all that is in it; folders that are empty then go, too. Nothing there is no error.</summary>
    public Task Delete(string project, string caller, ArtifactPath path) => writer.Write(session =>
    {
        Unsealed.NoteFolder(session, project, path, caller);
        session.Execute(RemoveBelow, project, path.Text, Literal(path.Text) + "/%");
        session.Execute(RemoveOne, project, path.Folder, path.Name);
        foreach (var folder in path.Folders.Reverse())
        {
            if (HasEntries(session, project, folder))
                break;
            session.Execute(RemoveOne, project, folder.Folder, folder.Name);
        }

        return true;
    });

    private static string Literal(string text) =>
        text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);

    private static FileEntry? Find(Session session, string project, ArtifactPath path)
    {
        using var reader = session.With(ByName, project, path.Folder, path.Name).ExecuteReader();
        return reader.Read() ? new FileEntry(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetInt64(2)) : null;
    }

    private static bool HasEntries(Session session, string project, ArtifactPath folder)
    {
        using var reader = session.With(InFolder, project, folder.Text).ExecuteReader();
        return reader.Read();
    }

    private static void RefuseClash(Session session, string project, ArtifactPath path)
    {
        if (Find(session, project, path) is { Digest: null })
            throw MlflowError.Invalid($"'{path.Text}' is a folder: it can't be a file as well.");
        foreach (var folder in path.Folders)
        {
            if (Find(session, project, folder) is { Digest: not null })
                throw MlflowError.Invalid($"'{folder.Text}' is a file: it can't have files in it.");
        }
    }
}
