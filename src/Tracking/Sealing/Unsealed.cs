using Assay.Tracking.Artifacts;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking.Sealing;

/// <summary>Notes, in the transaction of a change, that a run needs a seal.</summary>
internal static class Unsealed
{
    private const int RunIdLength = 32;

    private static readonly Statement Add = new("""
        INSERT INTO tracking_unsealed (run_key, since, changes, changed_by) VALUES (@p0, @p1, 1, @p2)
        ON CONFLICT (run_key) DO UPDATE SET changes = tracking_unsealed.changes + 1, changed_by = excluded.changed_by
        """);

    private static readonly Statement RunOf = new(
        "SELECT r.key, r.status, r.artifact_uri FROM tracking_runs r WHERE r.id = @p0 AND r.project = @p1");

    // All below a folder that holds the files of several runs.
    private static readonly Statement AddBelow = new("""
        INSERT INTO tracking_unsealed (run_key, since, changes, changed_by)
        SELECT r.key, @p0, 1, @p1 FROM tracking_runs r JOIN tracking_seals s ON s.run_id = r.id
        WHERE r.project = @p2 AND substr(r.artifact_uri, 1, length(@p3)) = @p3
        ON CONFLICT (run_key) DO UPDATE SET changes = tracking_unsealed.changes + 1, changed_by = excluded.changed_by
        """);

    public static void Note(Session session, long run, string changedBy) =>
        session.Execute(Add, run, session.Now.ToUnixTimeMilliseconds(), changedBy);

    /// <summary>The same for the run whose file or folder it is.</summary>
    /// <returns>Whether it is in the files of a run.</returns>
    public static bool NoteFile(Session session, string project, ArtifactPath path, string changedBy)
    {
        foreach (var part in path.Text.Split('/').Where(part => part.Length == RunIdLength && part.All(char.IsAsciiHexDigitLower)))
        {
            if (Find(session, project, part) is not { } run || !path.Text.StartsWith(run.Root, StringComparison.Ordinal))
                continue;
            if (run.IsOver)
                Note(session, run.Key, changedBy);
            return true;
        }

        return false;
    }

    /// <summary>The same for all runs that have files in a folder that is taken away.</summary>
    public static void NoteFolder(Session session, string project, ArtifactPath path, string changedBy)
    {
        if (!NoteFile(session, project, path, changedBy) && path.Text.Length > 0)
            session.Execute(AddBelow, session.Now.ToUnixTimeMilliseconds(), changedBy, project, $"{RunFiles.Proxy}{path.Text}/");
    }

    private static (long Key, bool IsOver, string Root)? Find(Session session, string project, string id)
    {
        using var reader = session.With(RunOf, id, project).ExecuteReader();
        return reader.Read() && RunFiles.IsHere(reader.GetString(2))
            ? (reader.GetInt64(0), RunStates.IsOver(reader.GetString(1)), RunFiles.RootOf(reader.GetString(2)).Text)
            : null;
    }
}
