using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.EvaluationSets;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Tracking.Importing;

/// <summary>Records of an imported evaluation dataset.</summary>
/// <param name="Records">A list of at most 20,000, as MLflow's API of version 3 answers them.</param>
public sealed record ImportRecordsRequest(JsonElement Records);

/// <summary>Adds records under their ids. One of the same inputs that is here stays, or is brought up to date when it is the same one. The same request again changes nothing.</summary>
internal static class ImportRecords
{
    private const long BodyBytesMax = 64L << 20;

    public static void Map(RouteGroupBuilder sets) =>
        sets.MapPost("/{id}/records", Handle).WithName("ImportEvaluationRecords").RequiresOnAny(TrackingPermissions.Write).WithMetadata(new RequestSizeLimitAttribute(BodyBytesMax));

    private static Task<ImportedSet> Handle(
        string id, ImportRecordsRequest request, GroupWriter writer, ILedgerRows ledger, ExperimentScope scope, TimeProvider clock)
    {
        var list = request.Records;
        var records = RecordFields.Read(list, clock.GetUtcNow().ToUnixTimeMilliseconds()).Zip(list.EnumerateArray(), (read, item) => Of(read.Record, item)).ToList();
        var digest = Digest.Of(Encoding.UTF8.GetBytes(list.GetRawText())).ToString();
        return writer.Write(ledger, (session, happened) =>
        {
            var set = ImportSet.Find(session, scope, id);
            var (added, changed) = (0, 0);
            foreach (var record in records)
            {
                var known = SetRecords.TryFind(session, set.Key, record.InputsDigest);
                if (known is not null && (known.Id != record.Id || known.UpdatedAt >= record.UpdatedAt))
                    continue;
                SetRecords.Write(session, set.Key, record);
                (added, changed) = known is null ? (added + 1, changed) : (added, changed + 1);
            }

            if (added + changed > 0)
            {
                SetRecords.Change(session, set, Math.Max(set.UpdatedAt, records.Max(record => record.UpdatedAt)), set.UpdatedBy, SetSchema.With(set.Schema, list));
                happened(new EvaluationRecordsPut(id, added, changed, digest));
            }

            var after = ImportSet.Find(session, scope, id);
            return new ImportedSet(id, after.Tags.Count, after.Records);
        });
    }

    private static RecordRow Of(RecordRow read, JsonElement item)
    {
        var id = item.TextOf("dataset_record_id", "records.dataset_record_id") ?? "";
        if (id.Length is 0 or > 35 || !id.StartsWith("dr-", StringComparison.Ordinal))
            throw Refusal.Invalid("records", $"'{id[..Math.Min(id.Length, 50)]}' is no id of a record: dr- and up to 32 characters.");
        var created = Time(item, "created_time") ?? read.CreatedAt;
        return read with
        {
            Id = id,
            CreatedAt = created,
            UpdatedAt = Time(item, "last_update_time") ?? created,
            CreatedBy = User(item, "created_by") ?? read.CreatedBy,
            UpdatedBy = User(item, "last_updated_by") ?? read.UpdatedBy,
        };
    }

    private static long? Time(JsonElement item, string name) => item.Member(name) is { } value
        ? JsonFields.Integer(value, string.Create(CultureInfo.InvariantCulture, $"records.{name}"))
        : null;

    private static string? User(JsonElement item, string name) => item.TextOf(name, $"records.{name}") is { Length: > 0 } user
        ? SetFields.Kept(Names.Cut(user, EvaluationSet.UserLengthMax))
        : null;
}
