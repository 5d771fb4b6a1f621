using System.Globalization;
using Assay.Governance;
using Assay.Governance.Ledger;
using Assay.Kernel.Paging;

namespace Assay.Client;

/// <summary>The tamper-evident ledger.</summary>
public sealed class LedgerClient
{
    private readonly Transport _transport;

    internal LedgerClient(Transport transport) => _transport = transport;

    /// <summary>Entries, newest first.</summary>
    /// <param name="type">Exact, or a prefix when it ends in an asterisk (<c>model.*</c>); null for all.</param>
    /// <param name="subject">Likewise (<c>model:churn@*</c>).</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="limit">Entries per page.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<Page<LedgerEntry>> List(
        string? type = null, string? subject = null, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<LedgerEntry>>(Route.To("ledger").With("type", type).With("subject", subject).Page(cursor, limit), cancel);

    /// <summary>One entry, or null past the ledger's end.</summary>
    public Task<LedgerEntry?> Find(long index, CancellationToken cancel = default) =>
        _transport.Find<LedgerEntry>(Route.To("ledger", Text(index)), cancel);

    /// <summary>Proof that an entry is in the signed tree.</summary>
    public Task<LedgerProof> Prove(long index, CancellationToken cancel = default) =>
        _transport.Get<LedgerProof>(Route.To("ledger", Text(index), "proof"), cancel);

    /// <summary>The newest signed head.</summary>
    public Task<LedgerHeadSummary> Head(CancellationToken cancel = default) =>
        _transport.Get<LedgerHeadSummary>(Route.To("ledger", "head"), cancel);

    /// <summary>Recomputes the whole tree and compares it with the signed heads and with every recorded row.</summary>
    public Task<LedgerVerification> Verify(CancellationToken cancel = default) =>
        _transport.Post<LedgerVerification>(Route.To("ledger", "verify"), null, cancel);

    private static string Text(long index) => index.ToString(CultureInfo.InvariantCulture);
}
