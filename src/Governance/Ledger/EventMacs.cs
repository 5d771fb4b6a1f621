using System.Security.Cryptography;
using System.Text;

namespace Assay.Governance.Ledger;

/// <summary>
/// Marks events as written by a program that has the home's keys. Without that, whoever can write into the database could
/// put an event there, such as one that a row was deleted, and have the server sign it into the tree.
/// </summary>
internal sealed class EventMacs(byte[] key)
{
    /// <summary>
    /// HMAC-SHA-256 of an event, hexadecimal: of its canonical body, and of its id once more, so that a copy of it under
    /// another id has none.
    /// </summary>
    // The key is that of the rows' digests, whose texts begin with the name of a table.
    public string Of(string id, string body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"event\n{id}\n{body}")));

    /// <summary>Whether the event is as a program with the keys wrote it.</summary>
    public bool Fits(LedgerRow row) => row.Mac is { } mac
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(mac), Encoding.UTF8.GetBytes(Of(row.Id, row.Body)));

    /// <summary>Whether the event may be believed as it stands: an older version gave its events a place and no MAC.</summary>
    public bool IsBelieved(LedgerRow row) => row.Mac is null ? row.Index is not null : Fits(row);
}
