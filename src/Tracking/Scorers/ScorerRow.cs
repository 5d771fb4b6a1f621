using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Assay.Tracking.Store;

namespace Assay.Tracking.Scorers;

/// <summary>A version of a scorer as it is read for clients.</summary>
internal sealed record ScorerRow(string ExperimentId, string Name, long Version, string ScorerId, long CreatedAt, string Content)
{
    private const string Columns = "r.experiment_id, r.name, r.version, r.scorer_id, r.created_at, r.content";

    private static readonly Statement OfExperiment = new($"""
        SELECT {Columns} FROM tracking_scorers r WHERE r.project = @p0 AND r.experiment_id = @p1
        AND r.version = (SELECT MAX(x.version) FROM tracking_scorers x WHERE x.project = r.project AND x.experiment_id = r.experiment_id AND x.name = r.name)
        """);

    private static readonly Statement OfName = new($"SELECT {Columns} FROM tracking_scorers r WHERE r.project = @p0 AND r.experiment_id = @p1 AND r.name = @p2 ORDER BY r.version");

    /// <summary>The newest version of each scorer, by name.</summary>
    public static List<ScorerRow> Newest(Session session, string project, string experiment) =>
        [.. All(session.With(OfExperiment, project, experiment)).OrderBy(scorer => scorer.Name, StringComparer.Ordinal)];

    /// <summary>The versions of one scorer, by number; none when there is no such scorer.</summary>
    public static List<ScorerRow> Versions(Session session, string project, string experiment, string name) => All(session.With(OfName, project, experiment, name));

    public void Write(Utf8JsonWriter json)
    {
        // MLflow's message has 32 bits for it, and its clients refuse an answer with more; our own ids are longer.
        if (int.TryParse(ExperimentId, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            json.WriteNumber("experiment_id"u8, number);
        json.WriteString("scorer_name"u8, Name);
        json.WriteNumber("scorer_version"u8, Version);
        json.WriteString("serialized_scorer"u8, Content);
        json.WriteNumber("creation_time"u8, CreatedAt);
        json.WriteString("scorer_id"u8, ScorerId);
    }

    private static List<ScorerRow> All(DbCommand command)
    {
        var found = new List<ScorerRow>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            found.Add(new(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3), reader.GetInt64(4), reader.GetString(5)));
        return found;
    }
}
