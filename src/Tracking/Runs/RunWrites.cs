using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Sealing;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>A run as a write needs it.</summary>
internal readonly record struct RunRef(long Key, long ExperimentKey, string Id, bool IsDeleted, bool IsOver);

/// <summary>What is written to runs, as steps of the writer's transaction. Whatever may be refused is asked before.</summary>
internal static class RunWrites
{
    private static readonly Statement FindRun = new("SELECT r.key, r.experiment_key, r.lifecycle, r.experiment_id, r.status FROM tracking_runs r WHERE r.id = @p0 AND r.project = @p1");
    private static readonly Statement FindParam = new("SELECT value FROM tracking_params WHERE run_key = @p0 AND key = @p1");
    private static readonly Statement AddParam = new("INSERT INTO tracking_params (run_key, key, value) VALUES (@p0, @p1, @p2) ON CONFLICT DO NOTHING");
    private static readonly Statement SetName = new("UPDATE tracking_runs SET name = @p1 WHERE key = @p0");
    private static readonly Statement RemoveTag = new("DELETE FROM tracking_tags WHERE run_key = @p0 AND key = @p1");
    private static readonly Statement PutTag = new(
        "INSERT INTO tracking_tags (run_key, key, value) VALUES (@p0, @p1, @p2) ON CONFLICT (run_key, key) DO UPDATE SET value = excluded.value");

    /// <exception cref="Kernel.Refusals.Refusal">404, or 403 where the caller may not.</exception>
    public static RunRef Find(Session session, ExperimentScope scope, string id)
    {
        using var row = session.Read(FindRun, id, scope.Project);
        if (!row.Next())
            throw RunReader.NotFound(id);
        scope.Demand(row.Text(3));
        return new(row.Integer(0), row.Integer(1), id, row.Text(2) != nameof(Lifecycle.Active), RunStates.IsOver(row.Text(4)));
    }

    /// <exception cref="Kernel.Refusals.Refusal">404, 403, or 400 for a deleted run.</exception>
    public static RunRef FindActive(Session session, ExperimentScope scope, string id)
    {
        var run = Find(session, scope, id);
        return run.IsDeleted ? throw MlflowError.Invalid($"The run {id} must be in the 'active' state. Current state is deleted.") : run;
    }

    /// <summary>The same for a change of what is sealed: a run that is over then waits for another seal.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">404, 403, or 400 for a deleted run.</exception>
    public static RunRef FindToChange(Session session, ExperimentScope scope, string id)
    {
        var run = FindActive(session, scope, id);
        if (run.IsOver)
            Unsealed.Note(session, run.Key, scope.Caller);
        return run;
    }

    /// <summary>The value that a parameter has; null when it is not there.</summary>
    public static string? ParamOf(Session session, RunRef run, string key)
    {
        using var row = session.Read(FindParam, run.Key, key);
        return row.Next() ? row.Text(0) : null;
    }

    public static void Param(Session session, RunRef run, string key, string value) => session.Execute(AddParam, run.Key, key, value);

    /// <summary>Sets a tag; the one that says the run's name once more changes that, too.</summary>
    public static void Tag(Session session, long run, string key, string value)
    {
        session.Execute(PutTag, run, key, value);
        if (key == RunTag.RunName)
            session.Execute(SetName, run, Names.Cut(value, Run.NameLengthMax));
    }

    /// <summary>The tags of a run that was just made with its name.</summary>
    public static void FirstTags(Session session, long run, List<KeyValuePair<string, string>> tags)
    {
        foreach (var (key, value) in tags)
            session.Execute(PutTag, run, key, value);
    }

    /// <summary>Whether the tag was there.</summary>
    public static bool Untag(Session session, RunRef run, string key) => session.Execute(RemoveTag, run.Key, key) > 0;
}
