using System.Data.Common;
using System.Text.Json;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.LoggedModels;

/// <summary>A point about a model.</summary>
/// <param name="Value">Null for NaN.</param>
internal sealed record ModelPoint(string Key, double? Value, long At, long Step)
{
    public string RunId { get; init; } = "";

    public string DatasetName { get; init; } = "";

    public string DatasetDigest { get; init; } = "";
}

/// <summary>A logged model as it is read for clients, with what belongs to it.</summary>
internal sealed record ModelRow(long Key, string Id, string ExperimentId, string Name, string Status)
{
    public required string ModelType { get; init; }

    public required string SourceRunId { get; init; }

    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }

    public required string ArtifactUri { get; init; }

    public List<KeyValuePair<string, string>> Params { get; } = [];

    public List<KeyValuePair<string, string>> Tags { get; } = [];

    public List<ModelPoint> Metrics { get; } = [];

    /// <summary>The columns that <see cref="Read"/> takes, of a table called r.</summary>
    public const string Columns =
        "r.key, r.id, r.experiment_id, r.name, r.status, r.model_type, r.source_run_id, r.created_at, r.updated_at, r.artifact_uri";

    /// <summary>The names of the states in the order of their numbers, from 1.</summary>
    public static readonly IReadOnlyList<string> Statuses = ["LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"];

    private static readonly Statement ById = new($"SELECT {Columns} FROM tracking_models r WHERE r.id = @p0 AND r.project = @p1 AND r.lifecycle = 'Active'");
    private static readonly Statement ParamsOf = new("SELECT p.key, p.value FROM tracking_model_params p WHERE p.model_key = @p0 ORDER BY p.key");
    private static readonly Statement TagsOf = new("SELECT t.key, t.value FROM tracking_model_tags t WHERE t.model_key = @p0 ORDER BY t.key");
    private static readonly Statement MetricsOf = new(
        "SELECT m.key, m.value, m.at, m.step, m.run_id, m.dataset_name, m.dataset_digest FROM tracking_model_metrics m WHERE m.model_key = @p0 ORDER BY m.key, m.step, m.at");

    public static ModelRow Read(DbDataReader row) => new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4))
    {
        ModelType = row.GetString(5),
        SourceRunId = row.GetString(6),
        CreatedAt = row.GetInt64(7),
        UpdatedAt = row.GetInt64(8),
        ArtifactUri = row.GetString(9),
    };

    /// <summary>The model alone, not judged; null when there is none that is active.</summary>
    public static ModelRow? TryFind(Session session, ExperimentScope scope, string id)
    {
        using var reader = session.With(ById, id, scope.Project).ExecuteReader();
        return reader.Read() ? Read(reader) : null;
    }

    /// <exception cref="Kernel.Refusals.Refusal">404, or 403 where the caller may not.</exception>
    public static ModelRow Find(Session session, ExperimentScope scope, string id)
    {
        var model = TryFind(session, scope, id) ?? throw MlflowError.NotFound($"Logged model with ID '{id}' not found.");
        scope.Demand(model.ExperimentId);
        return model;
    }

    /// <summary>Adds what belongs to it.</summary>
    public ModelRow Complete(Session session)
    {
        ReadPairs(session, ParamsOf, Params);
        ReadPairs(session, TagsOf, Tags);
        using var reader = session.With(MetricsOf, Key).ExecuteReader();
        while (reader.Read())
        {
            Metrics.Add(new(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetDouble(1), reader.GetInt64(2), reader.GetInt64(3))
            {
                RunId = reader.GetString(4),
                DatasetName = reader.GetString(5),
                DatasetDigest = reader.GetString(6),
            });
        }

        return this;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("info"u8);
        json.WriteString("model_id"u8, Id);
        json.WriteString("experiment_id"u8, ExperimentId);
        json.WriteString("name"u8, Name);
        json.WriteNumber("creation_timestamp_ms"u8, CreatedAt);
        json.WriteNumber("last_updated_timestamp_ms"u8, UpdatedAt);
        json.WriteString("artifact_uri"u8, ArtifactUri);
        json.WriteString("status"u8, Statuses[(int)Enum.Parse<LoggedModelStatus>(Status)]);
        json.WriteString("model_type"u8, ModelType);
        json.WriteString("source_run_id"u8, SourceRunId);
        json.WritePairs("tags"u8, Tags);
        json.WriteEndObject();
        json.WriteStartObject("data"u8);
        json.WritePairs("params"u8, Params);
        WriteMetrics(json);
        json.WriteEndObject();
    }

    /// <summary>Answers with the model alone.</summary>
    public Task Answer(MlflowCall call) => call.Answer(json =>
    {
        json.WriteStartObject("model"u8);
        Write(json);
        json.WriteEndObject();
    });

    private void WriteMetrics(Utf8JsonWriter json)
    {
        if (Metrics.Count == 0)
            return;
        json.WriteStartArray("metrics"u8);
        foreach (var metric in Metrics)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, metric.Key);
            json.WriteDouble("value"u8, metric.Value ?? double.NaN);
            json.WriteNumber("timestamp"u8, metric.At);
            json.WriteNumber("step"u8, metric.Step);
            if (metric.DatasetName.Length > 0)
                json.WriteString("dataset_name"u8, metric.DatasetName);
            if (metric.DatasetDigest.Length > 0)
                json.WriteString("dataset_digest"u8, metric.DatasetDigest);
            json.WriteString("model_id"u8, Id);
            json.WriteString("run_id"u8, metric.RunId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void ReadPairs(Session session, Statement statement, List<KeyValuePair<string, string>> pairs)
    {
        using var reader = session.With(statement, Key).ExecuteReader();
        while (reader.Read())
            pairs.Add(new(reader.GetString(0), reader.GetString(1)));
    }
}
