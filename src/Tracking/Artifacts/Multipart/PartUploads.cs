using Assay.Kernel.Blobs;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Artifacts.Multipart;

/// <summary>An upload in parts as it stands.</summary>
internal sealed record UploadRow(string Id, string Path, long Parts, bool IsComplete);

/// <summary>A part that has arrived.</summary>
internal readonly record struct PartRow(string Digest, long SizeBytes);

/// <summary>Uploads in parts of all projects. They live in the database, so a crash ends none of them.</summary>
internal sealed class PartUploads(GroupWriter writer, Sessions sessions, TimeProvider clock)
{
    public const int PartsMax = 10_000;
    private const int OpenMax = 1000;   // in a project

    /// <summary>After which an upload that nobody has ended is thrown away.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private static readonly Statement Open = new("SELECT COUNT(*) FROM tracking_uploads u WHERE u.project = @p0 AND NOT u.is_complete");
    private static readonly Statement Insert = new(
        "INSERT INTO tracking_uploads (project, id, path, parts, begun_at, is_complete) VALUES (@p0, @p1, @p2, @p3, @p4, @p5)");

    private static readonly Statement ById = new("SELECT u.id, u.path, u.parts, u.is_complete FROM tracking_uploads u WHERE u.project = @p0 AND u.id = @p1");
    private static readonly Statement PutPart = new("""
        INSERT INTO tracking_upload_parts (project, upload_id, number, digest, size_bytes) VALUES (@p0, @p1, @p2, @p3, @p4)
        ON CONFLICT (project, upload_id, number) DO UPDATE SET digest = excluded.digest, size_bytes = excluded.size_bytes
        """);

    private static readonly Statement PartsOf = new(
        "SELECT p.number, p.digest, p.size_bytes FROM tracking_upload_parts p WHERE p.project = @p0 AND p.upload_id = @p1");

    private static readonly Statement Complete = new("UPDATE tracking_uploads SET is_complete = @p2 WHERE project = @p0 AND id = @p1");
    private static readonly Statement DeleteParts = new("DELETE FROM tracking_upload_parts WHERE project = @p0 AND upload_id = @p1");
    private static readonly Statement Delete = new("DELETE FROM tracking_uploads WHERE project = @p0 AND id = @p1");
    private static readonly Statement Old = new("SELECT u.project, u.id FROM tracking_uploads u WHERE u.begun_at < @p0");

    /// <summary>Begins one.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="Kernel.Refusals.Refusal">429: too many are open.</exception>
    public Task<string> Begin(string project, ArtifactPath path, int parts)
    {
        var (id, now) = (Guid.NewGuid().ToString("N"), clock.GetUtcNow().ToUnixTimeMilliseconds());
        return writer.Write(session =>
        {
            if (Convert.ToInt64(session.With(Open, project).ExecuteScalar(), null) >= OpenMax)
                throw MlflowError.Limit($"{OpenMax} uploads in parts are open in this project. Complete or abort some, or try again later.");
            session.Execute(Insert, project, id, path.Text, (long)parts, now, false);
            return id;
        });
    }

    /// <summary>Null when there is none, or its day is over.</summary>
    public UploadRow? Find(string project, string id) => sessions.Read(session => Find(session, project, id));

    /// <summary>A part has arrived; it takes the place of one that had the number before.</summary>
    /// <returns>False when the upload was ended meanwhile.</returns>
    public Task<bool> Add(string project, string id, int number, StoredBlob stored) => writer.Write(session =>
        Find(session, project, id) is { IsComplete: false }
            && session.Execute(PutPart, project, id, (long)number, stored.Digest.ToString(), stored.SizeBytes) > 0);

    /// <summary>The parts that have arrived, by number.</summary>
    public Dictionary<long, PartRow> Parts(string project, string id) => sessions.Read(session =>
    {
        var parts = new Dictionary<long, PartRow>();
        using var reader = session.With(PartsOf, project, id).ExecuteReader();
        while (reader.Read())
            parts[reader.GetInt64(0)] = new(reader.GetString(1), reader.GetInt64(2));
        return parts;
    });

    /// <summary>The file is there: its parts are not needed any more.</summary>
    public Task Finish(string project, string id) => writer.Write(session =>
    {
        session.Execute(DeleteParts, project, id);
        return session.Execute(Complete, project, id, true);
    });

    /// <summary>Throws an upload away; none of that id is no error. What bytes no other row names go with the next sweep.</summary>
    public Task End(string project, string id) => writer.Write(session =>
    {
        session.Execute(DeleteParts, project, id);
        return session.Execute(Delete, project, id);
    });

    /// <summary>Throws those away that began more than a day ago.</summary>
    /// <returns>How many.</returns>
    public async Task<int> EndOld()
    {
        var before = (clock.GetUtcNow() - KeptFor).ToUnixTimeMilliseconds();
        var old = sessions.Read(session =>
        {
            var found = new List<(string Project, string Id)>();
            using var reader = session.With(Old, before).ExecuteReader();
            while (reader.Read())
                found.Add((reader.GetString(0), reader.GetString(1)));
            return found;
        });
        foreach (var (project, id) in old)
            await End(project, id);
        return old.Count;
    }

    private static UploadRow? Find(Session session, string project, string id)
    {
        using var reader = session.With(ById, project, id).ExecuteReader();
        return reader.Read() ? new(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetBoolean(3)) : null;
    }
}
