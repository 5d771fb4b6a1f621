using System.Globalization;
using System.Text.Json;

namespace Assay.Governance.Audit;

/// <summary>An entry in the form of CloudEvents 1.0, structured mode. Source and id together are unique: readers drop what they know.</summary>
internal static class CloudEvent
{
    public const string ContentType = "application/cloudevents+json";

    /// <summary>Before the ledger's own type, so that it can't be taken for somebody else's.</summary>
    public const string TypePrefix = "assay.";

    public static void Write(Utf8JsonWriter json, LedgerEntry entry, string origin)
    {
        json.WriteStartObject();
        json.WriteString("specversion", "1.0");
        json.WriteString("id", entry.Id);
        json.WriteString("source", Source(origin));
        json.WriteString("type", TypePrefix + entry.Type);
        json.WriteString("subject", entry.Subject);
        json.WriteString("time", Time(entry.At));
        json.WriteString("datacontenttype", "application/json");

        // CloudEvents' own extension for order; a text that sorts as the number does.
        json.WriteString("sequence", entry.Index.ToString("D19", CultureInfo.InvariantCulture));
        json.WriteString("actor", entry.Actor);
        if (entry.Project is not null)
            json.WriteString("project", entry.Project);
        json.WriteString("outcome", JsonNamingPolicy.CamelCase.ConvertName(entry.Outcome.ToString()));
        if (entry.LeafHash.Length > 0)
            json.WriteString("leafhash", entry.LeafHash);
        json.WritePropertyName("data");
        entry.Data.WriteTo(json);
        json.WriteEndObject();
    }

    public static string Source(string origin) => "//" + origin;

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
