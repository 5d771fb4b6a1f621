using System.Text.Json;
using Assay.Governance.Ledger;

namespace Assay.Governance.Audit;

/// <summary>
/// An entry as an event of the Open Cybersecurity Schema Framework. <c>raw_data</c> is the canonical entry, whose hash is the
/// leaf in the tree: what a SIEM keeps can be proved later.
/// </summary>
internal static class OcsfEvent
{
    private const string SchemaVersion = "1.3.0";
    private const string Product = "Assay";

    private static readonly string ProductVersion = typeof(OcsfEvent).Assembly.GetName().Version!.ToString(3);

    public static void Write(Utf8JsonWriter json, LedgerRow row, string origin)
    {
        var kind = OcsfClass.Of(row.Type);
        json.WriteStartObject();
        json.WriteNumber("time", row.At.ToUnixTimeMilliseconds());
        json.WriteNumber("category_uid", kind.Class / 1000);
        json.WriteNumber("class_uid", kind.Class);
        json.WriteNumber("activity_id", kind.Activity);
        json.WriteString("activity_name", kind.ActivityName);
        json.WriteNumber("type_uid", (kind.Class * 100L) + kind.Activity);
        json.WriteNumber("severity_id", Severity(row));
        json.WriteNumber("status_id", row.Outcome == EventOutcome.Success ? 1 : 2);
        json.WriteString("status_code", JsonNamingPolicy.CamelCase.ConvertName(row.Outcome.ToString()));
        json.WriteString("message", $"{row.Type} {row.Subject} by {row.Actor}");
        WriteMetadata(json, row, origin);
        json.WriteStartObject("actor");
        WriteUser(json, row.Actor);
        json.WriteEndObject();
        WriteClass(json, kind.Class, row);
        WriteUnmapped(json, row);
        json.WriteString("raw_data", row.Body);
        json.WriteEndObject();
    }

    // Informational, low, medium or high: a flood of refusals is what somebody should look at first.
    private static int Severity(LedgerRow row) => row.Outcome switch
    {
        EventOutcome.Success => 1,
        EventOutcome.Failed => 2,
        _ => row.Type.EndsWith("flood-refused", StringComparison.Ordinal) ? 4 : 3,
    };

    private static void WriteMetadata(Utf8JsonWriter json, LedgerRow row, string origin)
    {
        json.WriteStartObject("metadata");
        json.WriteString("version", SchemaVersion);
        json.WriteStartObject("product");
        json.WriteString("name", Product);
        json.WriteString("vendor_name", Product);
        json.WriteString("version", ProductVersion);
        json.WriteEndObject();
        json.WriteString("uid", row.Id);
        json.WriteString("event_code", row.Type);
        json.WriteString("log_name", origin);
        json.WriteNumber("sequence", row.Index!.Value);
        if (row.Project is not null)
            json.WriteString("tenant_uid", row.Project);
        json.WriteEndObject();
    }

    private static void WriteClass(Utf8JsonWriter json, int number, LedgerRow row)
    {
        switch (number)
        {
            case OcsfClass.Authentication:
                WriteUser(json, row.Subject);
                json.WriteStartObject("service");
                json.WriteString("name", Product);
                json.WriteEndObject();
                break;
            case OcsfClass.EntityManagement:
                json.WriteStartObject("entity");
                json.WriteString("type", "model_version");
                json.WriteString("uid", row.Subject);
                json.WriteEndObject();
                break;
            case OcsfClass.UserAccessManagement:
                WriteUser(json, row.Subject);
                json.WriteStartArray("privileges");
                json.WriteStringValue(row.Type);
                json.WriteEndArray();
                break;
            default:
                WriteApi(json, row);
                break;
        }
    }

    private static void WriteApi(Utf8JsonWriter json, LedgerRow row)
    {
        json.WriteStartObject("api");
        json.WriteString("operation", row.Type);
        json.WriteStartObject("service");
        json.WriteString("name", Product);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("src_endpoint");   // required; the ledger holds no network addresses, for they are personal data
        json.WriteString("name", "not recorded");
        json.WriteEndObject();
        json.WriteStartArray("resources");
        json.WriteStartObject();
        json.WriteString("uid", row.Subject);
        json.WriteString("type", row.Subject.Split(':')[0]);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteUser(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject("user");
        json.WriteString("uid", id);
        json.WriteEndObject();
    }

    private static void WriteUnmapped(Utf8JsonWriter json, LedgerRow row)
    {
        using var body = JsonDocument.Parse(row.Body);
        json.WriteStartObject("unmapped");
        json.WriteString("leaf_hash", LedgerFeed.LeafHash(row));
        json.WritePropertyName("data");
        body.RootElement.GetProperty("data").WriteTo(json);
        json.WriteEndObject();
    }
}
