using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Tracking.EvaluationSets;

/// <summary>A record as it is read and written. Its parts are JSON.</summary>
internal sealed record RecordRow(string Id, string InputsDigest, long CreatedAt, long UpdatedAt)
{
    public required string? CreatedBy { get; init; }

    public required string? UpdatedBy { get; init; }

    public required string Inputs { get; init; }

    public required string? Outputs { get; init; }

    public required string? Expectations { get; init; }

    public required string? Tags { get; init; }

    public required string? Source { get; init; }

    /// <summary>The columns that <see cref="Read"/> takes, of a table called r.</summary>
    public const string Columns =
        "r.id, r.inputs_digest, r.created_at, r.updated_at, r.created_by, r.updated_by, r.inputs, r.outputs, r.expectations, r.tags, r.source";

    public static RecordRow Read(DbDataReader row)
    {
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        return new(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3))
        {
            CreatedBy = Text(4),
            UpdatedBy = Text(5),
            Inputs = row.GetString(6),
            Outputs = Text(7),
            Expectations = Text(8),
            Tags = Text(9),
            Source = Text(10),
        };
    }

    /// <summary>The record with what a newer one of the same inputs says: expectations and tags come to those that are there.</summary>
    public RecordRow With(RecordRow newer, bool saysOutputs) => this with
    {
        UpdatedAt = newer.UpdatedAt,
        UpdatedBy = newer.CreatedBy ?? UpdatedBy,
        Outputs = saysOutputs ? newer.Outputs : Outputs,
        Expectations = Merged(Expectations, newer.Expectations),
        Tags = Merged(Tags, newer.Tags),
    };

    public void Write(Utf8JsonWriter json, string setId)
    {
        json.WriteString("dataset_record_id"u8, Id);
        json.WriteString("dataset_id"u8, setId);
        WritePart(json, "inputs", Inputs);
        WritePart(json, "expectations", Expectations);
        WritePart(json, "tags", Tags);
        if (Source is not null)
        {
            WritePart(json, "source", Source);
            var source = JsonNode.Parse(Source) as JsonObject;
            if ((string?)source?["source_type"] is { } type)
                json.WriteString("source_type"u8, type);
            if (source?["source_data"] is JsonObject data && (data["trace_id"] ?? data["source_id"]) is JsonValue id && id.GetValueKind() == JsonValueKind.String)
                json.WriteString("source_id"u8, (string)id!);
        }

        json.WriteNumber("created_time"u8, CreatedAt);
        json.WriteNumber("last_update_time"u8, UpdatedAt);
        if (CreatedBy is not null)
            json.WriteString("created_by"u8, CreatedBy);
        if (UpdatedBy is not null)
            json.WriteString("last_updated_by"u8, UpdatedBy);
        WritePart(json, "outputs", Outputs);
    }

    private static void WritePart(Utf8JsonWriter json, string name, string? part)
    {
        if (part is null)
            return;
        json.WritePropertyName(name);
        json.WriteRawValue(part, skipInputValidation: true);
    }

    private static string? Merged(string? known, string? more)
    {
        if (known is null || more is null)
            return more ?? known;
        if (JsonNode.Parse(known) is not JsonObject merged || JsonNode.Parse(more) is not JsonObject news)
            return more;
        foreach (var (key, value) in news)
            merged[key] = value?.DeepClone();
        return merged.ToJsonString();
    }
}
