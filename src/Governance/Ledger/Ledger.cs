using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Kernel;

namespace Assay.Governance.Ledger;

/// <summary>Turns an event into a row of the current scope's context; <see cref="LedgerInterceptor"/> completes it as it is saved.</summary>
internal sealed class Ledger(AssayDb db, LedgerRows rows) : ILedger
{
    public void Append(LedgerEvent happened) => db.LedgerEvents.Add(rows.Draft(happened));
}

/// <summary>The canonical form of an event: what its leaf hash covers.</summary>
internal static class LedgerBody
{
    /// <summary>Longest entry that an entry bundle of C2SP tlog-tiles can carry, in bytes.</summary>
    public const int MaxBytes = 65_535;

    /// <summary>The event without statements about rows.</summary>
    public static string Draft(LedgerRow row, JsonNode data) => new JsonObject
    {
        ["id"] = row.Id,
        ["at"] = row.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["type"] = row.Type,
        ["subject"] = row.Subject,
        ["actor"] = row.Actor,
        ["project"] = row.Project,
        ["data"] = data,
    }.ToJsonString(AssayJson.Options);

    /// <summary>Adds the statements and puts everything into canonical form.</summary>
    /// <exception cref="InvalidOperationException">The event is longer than <see cref="MaxBytes"/>.</exception>
    public static string Complete(string draft, IReadOnlyList<RowStatement> statements)
    {
        var body = JsonNode.Parse(draft)!.AsObject();
        if (statements.Count > 0)
            body["rows"] = new JsonArray([.. statements.Select(RowJson)]);
        var text = System.Text.Encoding.UTF8.GetString(CanonicalJson.Write<JsonNode>(body));
        return System.Text.Encoding.UTF8.GetByteCount(text) <= MaxBytes
            ? text
            : throw new InvalidOperationException($"A ledger event may have {MaxBytes} bytes; '{body["type"]}' has more. Save in smaller steps.");
    }

    /// <summary>Reads the statements back.</summary>
    public static IEnumerable<RowStatement> Statements(JsonElement body) => body.TryGetProperty("rows", out var rows)
        ? rows.EnumerateArray().Select(row => new RowStatement(row[0].GetString()!, row[1].GetString()!, row[2].GetString()))
        : [];

    private static JsonArray RowJson(RowStatement row) => [row.Table, row.Key, row.Mac];
}
