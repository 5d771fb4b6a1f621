using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Kernel;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.EvaluationSets;

/// <summary>The records of an evaluation set: added, where the same inputs are one record; read page by page; deleted.</summary>
internal static class SetRecords
{
    private const int ResultsDefault = 1000;
    private const int ResultsMax = 10_000;
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly Statement ByInputs = new($"SELECT {RecordRow.Columns} FROM tracking_evaluation_records r WHERE r.set_key = @p0 AND r.inputs_digest = @p1");
    private static readonly Statement Page = new($"""
        SELECT {RecordRow.Columns} FROM tracking_evaluation_records r
        WHERE r.set_key = @p0 AND (r.created_at > @p1 OR (r.created_at = @p1 AND r.id > @p2)) ORDER BY r.created_at, r.id LIMIT @p3
        """);

    private static readonly Statement Put = new("""
        INSERT INTO tracking_evaluation_records (set_key, id, inputs_digest, created_at, updated_at, created_by, updated_by, inputs, outputs, expectations, tags, source)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11)
        ON CONFLICT (set_key, id) DO UPDATE SET updated_at = excluded.updated_at, updated_by = excluded.updated_by,
        outputs = excluded.outputs, expectations = excluded.expectations, tags = excluded.tags
        """);

    private static readonly Statement Changed = new("UPDATE tracking_evaluation_sets SET updated_at = @p1, updated_by = @p2, digest = @p3, schema = @p4 WHERE key = @p0");
    private static readonly Statement Remove = new("DELETE FROM tracking_evaluation_records WHERE set_key = @p0 AND id = @p1");

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapOperationOnAny("POST", "/datasets/{dataset_id}/records", Upsert, TrackingPermissions.Write);
        group.MapOperationOnAny("GET", "/datasets/{dataset_id}/records", List, TrackingPermissions.Read);
        group.MapOperationOnAny("DELETE", "/datasets/{dataset_id}/records", Delete, TrackingPermissions.Write);
    }

    public static void Write(Session session, long set, RecordRow record) => session.Execute(
        Put, set, record.Id, record.InputsDigest, record.CreatedAt, record.UpdatedAt, record.CreatedBy, record.UpdatedBy,
        record.Inputs, record.Outputs, record.Expectations, record.Tags, record.Source);

    public static RecordRow? TryFind(Session session, long set, string digest)
    {
        using var reader = session.With(ByInputs, set, digest).ExecuteReader();
        return reader.Read() ? RecordRow.Read(reader) : null;
    }

    /// <summary>Notes when, by whom and how the set's records were changed.</summary>
    public static void Change(Session session, SetRow set, long at, string? by, string? schema) =>
        session.Execute(Changed, set.Key, at, by, SetRow.DigestOf(set.Name, at), schema);

    private static async Task Upsert(MlflowCall call)
    {
        var (scope, id, now) = (call.Scope, call.Route("dataset_id"), call.Now.ToUnixTimeMilliseconds());
        var text = call.Fields.RequiredText("records");
        using var sent = SetFields.Parse(text, "records");
        var records = RecordFields.Read(sent.RootElement, now);
        var by = call.Fields.Text("updated_by") is { Length: > 0 } said ? Names.Cut(said, EvaluationSet.UserLengthMax) : records.LastOrDefault(one => one.Record.CreatedBy is not null).Record?.CreatedBy;
        var (inserted, updated) = await call.WriteRecorded((session, happened) =>
        {
            var set = SetRow.Find(session, scope, id);
            var inserts = 0;
            foreach (var (record, saysOutputs) in records)
            {
                var known = TryFind(session, set.Key, record.InputsDigest);
                Write(session, set.Key, known is null ? record : known.With(record, saysOutputs));
                inserts += known is null ? 1 : 0;
            }

            Change(session, set, now, by, SetSchema.With(set.Schema, sent.RootElement));
            if (records.Count > 0)
                happened(new EvaluationRecordsPut(id, inserts, records.Count - inserts, Digest.Of(Encoding.UTF8.GetBytes(text)).ToString()));
            return (inserts, records.Count - inserts);
        });
        await call.Answer(json =>
        {
            json.WriteNumber("inserted_count"u8, inserted);
            json.WriteNumber("updated_count"u8, updated);
        });
    }

    private static Task List(MlflowCall call)
    {
        var (scope, id) = (call.Scope, call.Route("dataset_id"));
        var size = call.Fields.Integer("max_results") is { } asked and not 0 ? asked : ResultsDefault;
        if (size is < 1 or > ResultsMax)
            throw MlflowError.Value("max_results", call.Fields.Shown("max_results").Trim('"'), $"It must be a positive integer, and at most {ResultsMax}.");
        var (time, last) = Cursor(call.Fields.Text("page_token"));
        var found = call.Get<Sessions>().Read(session => Read(session, SetRow.Find(session, scope, id).Key, (time, last), size + 1));
        return call.Answer(json =>
        {
            json.WriteString("records"u8, Text(found.Take((int)size), id));
            if (found.Count > size)
                json.WriteString("next_page_token"u8, Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{found[(int)size - 1].CreatedAt}:{found[(int)size - 1].Id}"))));
        });
    }

    private static async Task Delete(MlflowCall call)
    {
        var (scope, id, ids) = (call.Scope, call.Route("dataset_id"), call.Fields.Texts("dataset_record_ids"));
        var deleted = await call.WriteRecorded((session, happened) =>
        {
            var set = SetRow.Find(session, scope, id);
            var gone = ids.Distinct(StringComparer.Ordinal).Sum(record => session.Execute(Remove, set.Key, record));
            if (gone > 0)
                happened(new EvaluationRecordsDeleted(id, gone));
            return gone;
        });
        await call.Answer(json => json.WriteNumber("deleted_count"u8, deleted));
    }

    private static List<RecordRow> Read(Session session, long set, (long Time, string Id) after, long size)
    {
        var found = new List<RecordRow>();
        using var reader = session.With(Page, set, after.Time, after.Id, size).ExecuteReader();
        while (reader.Read())
            found.Add(RecordRow.Read(reader));
        return found;
    }

    private static string Text(IEnumerable<RecordRow> records, string setId)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartArray();
            foreach (var record in records)
            {
                json.WriteStartObject();
                record.Write(json, setId);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    // Where the next page begins: base64 of the time and id of the last record.
    private static (long Time, string Id) Cursor(string? token)
    {
        if (string.IsNullOrEmpty(token))
            return (long.MinValue, "");
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var time, var id]
            && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (number, id)
            : throw MlflowError.Invalid("Invalid page token: it is not one that this server gave. Leave it out to begin with the first page.");
    }
}
