using System.Text.Json.Nodes;
using Assay.Registry.Attestations;

namespace Assay.Registry.Waivers;

/// <summary>That a person decided about findings of a scan of a model: about these, as that scanner found them, and until then.</summary>
/// <param name="Id">The waiver; what revokes it names it too.</param>
/// <param name="Decision"><c>granted</c>, <c>refused</c> or <c>revoked</c>.</param>
/// <param name="Findings">The findings.</param>
/// <param name="Scan">The scan that found them.</param>
/// <param name="Reason">Why, in the words of who asked.</param>
/// <param name="RequestedBy">Actor who asked.</param>
/// <param name="DecidedBy">Who decided.</param>
/// <param name="Comment">In the words of who decided; null when there are none.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Expires">From when on it counts no more.</param>
internal sealed record WaiverPredicate(
    string Id,
    string Decision,
    IReadOnlyList<WaivedFinding> Findings,
    WaivedScan Scan,
    string Reason,
    string RequestedBy,
    Approver DecidedBy,
    string? Comment,
    DateTimeOffset DecidedAt,
    DateTimeOffset Expires)
{
    public const string Granted = "granted";
    public const string Refused = "refused";
    public const string Revoked = "revoked";

    public JsonNode ToJson() => Predicates.Write(this);
}

/// <summary>A finding that is waived.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Rule">The rule that it breaks.</param>
/// <param name="Path">Where it is.</param>
internal sealed record WaivedFinding(string Id, string Rule, string Path);

/// <summary>The scan whose findings are waived. Found by other rules, or beside other findings, nothing of it is waived.</summary>
/// <param name="Digest">Digest of the signed statement with the scan; see <see cref="Predicates.Sha256"/>.</param>
/// <param name="Scanner">What scanned.</param>
/// <param name="Rules">Digest over the rules and allow-lists that it went by.</param>
/// <param name="Blocking">Ids of all findings that block, in ascending order.</param>
internal sealed record WaivedScan(
    IReadOnlyDictionary<string, string> Digest, ScannerName Scanner, ResourceDescriptor Rules, IReadOnlyList<string> Blocking);
