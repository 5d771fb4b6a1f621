using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.EvaluationSets;

/// <summary>An evaluation set as it is read for clients, without its records.</summary>
internal sealed record SetRow(long Key, string Id, string Name, string Digest)
{
    public required string? Schema { get; init; }

    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }

    public required string? CreatedBy { get; init; }

    public required string? UpdatedBy { get; init; }

    /// <summary>How many records it has.</summary>
    public required long Records { get; init; }

    public SortedDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    public List<string> Experiments { get; } = [];

    /// <summary>The columns that <see cref="Read"/> takes, of a table called r.</summary>
    public const string Columns =
        "r.key, r.id, r.name, r.digest, r.schema, r.created_at, r.updated_at, r.created_by, r.updated_by, (SELECT COUNT(*) FROM tracking_evaluation_records x WHERE x.set_key = r.key)";

    private static readonly Statement ById = new($"SELECT {Columns} FROM tracking_evaluation_sets r WHERE r.project = @p0 AND r.id = @p1");
    private static readonly Statement TagsOf = new("SELECT t.key, t.value FROM tracking_evaluation_tags t WHERE t.set_key = @p0");
    private static readonly Statement ExperimentsOf = new("SELECT l.experiment_id FROM tracking_evaluation_experiments l WHERE l.set_key = @p0 ORDER BY l.experiment_id");

    public static SetRow Read(DbDataReader row) => new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3))
    {
        Schema = row.IsDBNull(4) ? null : row.GetString(4),
        CreatedAt = row.GetInt64(5),
        UpdatedAt = row.GetInt64(6),
        CreatedBy = row.IsDBNull(7) ? null : row.GetString(7),
        UpdatedBy = row.IsDBNull(8) ? null : row.GetString(8),
        Records = row.GetInt64(9),
    };

    /// <summary>The set with its tags and experiments; null when there is none.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">403: the caller may not have it.</exception>
    public static SetRow? TryFind(Session session, ExperimentScope scope, string id)
    {
        SetRow set;
        using (var reader = session.With(ById, scope.Project, id).ExecuteReader())
        {
            if (!reader.Read())
                return null;
            set = Read(reader);
        }

        set.Complete(session);
        SetAccess.Demand(scope, set);
        return set;
    }

    /// <exception cref="Kernel.Refusals.Refusal">404, or 403 where the caller may not.</exception>
    public static SetRow Find(Session session, ExperimentScope scope, string id) =>
        TryFind(session, scope, id) ?? throw MlflowError.NotFound($"Evaluation dataset with id '{id}' not found");

    /// <summary>The digest of a set of that name in a state that began then.</summary>
    public static string DigestOf(string name, long updatedAt) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}:{updatedAt}")))[..8];

    /// <summary>Adds tags and experiments.</summary>
    public void Complete(Session session)
    {
        using (var reader = session.With(TagsOf, Key).ExecuteReader())
        {
            while (reader.Read())
                Tags[reader.GetString(0)] = reader.GetString(1);
        }

        using var experiments = session.With(ExperimentsOf, Key).ExecuteReader();
        while (experiments.Read())
            Experiments.Add(experiments.GetString(0));
    }

    public void Write(Utf8JsonWriter json, bool withExperiments)
    {
        json.WriteString("dataset_id"u8, Id);
        json.WriteString("name"u8, Name);
        json.WriteString("tags"u8, new JsonObject(Tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))).ToJsonString());
        if (Schema is not null)
            json.WriteString("schema"u8, Schema);
        if (Records > 0)
            json.WriteString("profile"u8, $"{{\"num_records\": {Records}}}");
        json.WriteString("digest"u8, Digest);
        json.WriteNumber("created_time"u8, CreatedAt);
        json.WriteNumber("last_update_time"u8, UpdatedAt);
        if (CreatedBy is not null)
            json.WriteString("created_by"u8, CreatedBy);
        if (UpdatedBy is not null)
            json.WriteString("last_updated_by"u8, UpdatedBy);
        if (!withExperiments || Experiments.Count == 0)
            return;
        json.WriteStartArray("experiment_ids"u8);
        foreach (var id in Experiments)
            json.WriteStringValue(id);
        json.WriteEndArray();
    }

    /// <summary>Answers with the set alone.</summary>
    public Task Answer(MlflowCall call, bool withExperiments = false) => call.Answer(json =>
    {
        json.WriteStartObject("dataset"u8);
        Write(json, withExperiments);
        json.WriteEndObject();
    });
}
