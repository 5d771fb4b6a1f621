using System.Text.Json;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Reads runs with all that belongs to them: one statement for one run or a thousand.</summary>
internal static class RunReader
{
    private static readonly Statement ById = new($"SELECT {RunRow.Columns} FROM tracking_runs r WHERE r.id = @p0 AND r.project = @p1");

    // SQLite reads them in the order in which they lie, which is that of their names; PostgreSQL as it pleases.
    private static readonly Statement PartsOfOneInSqlite = new(Parts("SELECT CAST(@p0 AS BIGINT) AS value", ""));
    private static readonly Statement PartsOfOneInPostgres = new(Parts("SELECT CAST(@p0 AS BIGINT) AS value", " ORDER BY 2, 3"));
    private static readonly Statement PartsInSqlite = new(Parts("SELECT value FROM json_each(@p0)", ""));
    private static readonly Statement PartsInPostgres = new(Parts("SELECT value FROM unnest(@p0) AS one(value)", " ORDER BY 1, 2, 3"));
    private static readonly Statement Inputs = new("""
        SELECT d.key, d.name, d.digest, d.source_type, d.source, d.schema, d.profile, t.key, t.value
        FROM tracking_inputs i JOIN tracking_datasets d ON d.key = i.dataset_key
        LEFT JOIN tracking_input_tags t ON t.run_key = i.run_key AND t.dataset_key = i.dataset_key
        WHERE i.run_key = @p0 ORDER BY d.key, t.key
        """);

    private static readonly Statement Models = new(
        "SELECT m.is_output, m.model_id, m.step FROM tracking_run_models m WHERE m.run_key = @p0 ORDER BY m.step, m.model_id");

    /// <exception cref="Kernel.Refusals.Refusal">404, or 403 where the caller may not.</exception>
    public static RunRow Get(Session session, ExperimentScope scope, string id)
    {
        var run = Find(session, scope, id);
        Complete(session, [run]);
        return run;
    }

    /// <summary>The run alone.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">404, or 403 where the caller may not.</exception>
    public static RunRow Find(Session session, ExperimentScope scope, string id) => TryFind(session, scope, id) ?? throw NotFound(id);

    /// <summary>The run alone; null when there is none.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">403: it is in an experiment where the caller may not.</exception>
    public static RunRow? TryFind(Session session, ExperimentScope scope, string id)
    {
        using var rows = session.Read(ById, id, scope.Project);
        if (!rows.Next())
            return null;
        var run = RunRow.Read(rows);
        scope.Demand(run.ExperimentId);
        return run;
    }

    public static Kernel.Refusals.Refusal NotFound(string id) => MlflowError.NotFound($"Run with id={id} not found");

    /// <summary>Adds what belongs to the runs.</summary>
    public static void Complete(Session session, IReadOnlyList<RunRow> runs)
    {
        if (runs.Count == 0)
            return;
        using (var parts = PartsOf(session, runs))
        {
            var byKey = runs.Count == 1 ? null : runs.ToDictionary(run => run.Key);
            while (parts.Next())
                Add(byKey is null ? runs[0] : byKey[parts.Integer(0)], parts);
        }

        foreach (var run in runs)
        {
            if (run.HasInputs)
                AddInputs(session, run);
        }
    }

    private static Rows PartsOf(Session session, IReadOnlyList<RunRow> runs)
    {
        if (runs.Count == 1)
            return session.Read(session.IsPostgres ? PartsOfOneInPostgres : PartsOfOneInSqlite, runs[0].Key);
        var keys = runs.Select(run => run.Key).ToArray();
        return session.IsPostgres ? session.Read(PartsInPostgres, keys) : session.Read(PartsInSqlite, JsonSerializer.Serialize(keys));
    }

    private static void Add(RunRow run, Rows part)
    {
        switch (part.Integer(1))
        {
            case 0:
                run.Metrics.Add(new(part.Text(2), part.IsNull(4) ? null : part.Number(4), part.Integer(5), part.Integer(6)));
                break;
            case 1:
                run.Params.Add(new(part.Text(2), part.Text(3)));
                break;
            default:
                run.Tags.Add(new(part.Text(2), part.Text(3)));
                break;
        }
    }

    private static void AddInputs(Session session, RunRow run)
    {
        using (var inputs = session.Read(Inputs, run.Key))
        {
            var last = 0L;
            while (inputs.Next())
            {
                if (inputs.Integer(0) != last)
                {
                    run.Datasets.Add(new(inputs.Text(1), inputs.Text(2), inputs.Text(3), inputs.Text(4), inputs.TextOrNull(5), inputs.TextOrNull(6)));
                    last = inputs.Integer(0);
                }

                if (!inputs.IsNull(7))
                    run.Datasets[^1].Tags.Add(new(inputs.Text(7), inputs.Text(8)));
            }
        }

        using var models = session.Read(Models, run.Key);
        while (models.Next())
        {
            if (models.Flag(0))
                run.ModelOutputs.Add((models.Text(1), models.Integer(2)));
            else
                run.ModelInputs.Add(models.Text(1));
        }
    }

    // CROSS JOIN keeps SQLite from reading a whole table to look up the few keys in it.
    private static string Parts(string keys, string order) => $"""
        WITH k AS ({keys})
        SELECT k.value, 0, m.key, NULL, m.value, m.at, m.step FROM k CROSS JOIN tracking_latest_metrics m WHERE m.run_key = k.value
        UNION ALL
        SELECT k.value, 1, p.key, p.value, NULL, 0, 0 FROM k CROSS JOIN tracking_params p WHERE p.run_key = k.value
        UNION ALL
        SELECT k.value, 2, t.key, t.value, NULL, 0, 0 FROM k CROSS JOIN tracking_tags t WHERE t.run_key = k.value{order}
        """;
}
