using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Names that the newest 1,000 runs of an experiment have, those of most runs first; at most 500 of each.</summary>
public sealed record RunColumns(IReadOnlyList<string> Metrics, IReadOnlyList<string> Params, IReadOnlyList<string> Tags);

/// <summary>What a table of an experiment's runs may have for columns.</summary>
internal static class ListColumns
{
    private static readonly Statement KeyOf = new("SELECT e.key FROM tracking_experiments e WHERE e.project = @p0 AND e.id = @p1");
    private static readonly Statement Metrics = Names("tracking_latest_metrics");
    private static readonly Statement Params = Names("tracking_params");
    private static readonly Statement Tags = Names("tracking_tags");

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}/columns", Handle).WithName("ListRunColumns").Requires(TrackingPermissions.Read, resource: "id");

    private static async Task<RunColumns> Handle(string id, Sessions sessions, ExperimentScope scope, ExperimentBook book, CancellationToken cancel)
    {
        if (id == Experiment.DefaultId)
            await book.EnsureDefault(cancel);
        var project = scope.Project;
        return sessions.Read(session =>
        {
            var experiment = session.With(KeyOf, project, id).ExecuteScalar() as long? ?? throw Refusal.NotFound("experiment", id);
            return new RunColumns(Read(session, Metrics, experiment), Read(session, Params, experiment), Read(session, Tags, experiment));
        });
    }

    private static List<string> Read(Session session, Statement statement, long experiment)
    {
        var names = new List<string>();
        using var reader = session.With(statement, experiment).ExecuteReader();
        while (reader.Read())
            names.Add(reader.GetString(0));
        return names;
    }

    // CROSS JOIN keeps SQLite from reading the whole table of names.
    private static Statement Names(string table) => new($"""
        SELECT p.key FROM (SELECT r.key AS run FROM tracking_runs r WHERE r.experiment_key = @p0 AND r.lifecycle = 'Active'
        ORDER BY r.started_at DESC, r.id LIMIT 1000) n CROSS JOIN {table} p WHERE p.run_key = n.run
        GROUP BY p.key ORDER BY COUNT(*) DESC, p.key LIMIT 500
        """);
}
