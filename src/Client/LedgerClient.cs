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

    /// <summary>Entries that fit, newest first.</summary>
    /// <param name="search">What is wanted; null for all.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="limit">Entries per page.</param>
    /// <param name="proof">Whether each comes with its proof of inclusion.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<Page<LedgerEntry>> List(
        LedgerSearch? search = null, string? cursor = null, int? limit = null, bool proof = false, CancellationToken cancel = default) =>
        _transport.Get<Page<LedgerEntry>>(Filtered(Route.To("ledger"), search).With("proof", proof ? "true" : null).Page(cursor, limit), cancel);

    /// <summary>One entry, or null past the ledger's end.</summary>
    public Task<LedgerEntry?> Find(long index, CancellationToken cancel = default) =>
        _transport.Find<LedgerEntry>(Route.To("ledger", Text(index)), cancel);

    /// <summary>Proof that an entry is in the signed tree.</summary>
    public Task<LedgerProof> Prove(long index, CancellationToken cancel = default) =>
        _transport.Get<LedgerProof>(Route.To("ledger", Text(index), "proof"), cancel);

    /// <summary>The same proof as the text of a C2SP <c>.tlog-proof</c> file, which <see cref="TlogProof.Check"/> checks offline.</summary>
    public Task<string> ProofFile(long index, CancellationToken cancel = default) =>
        _transport.Text(HttpMethod.Get, Route.To("ledger", Text(index), "tlog-proof"), null, cancel);

    /// <summary>Entries that fit as lines of JSON, oldest first, as they come.</summary>
    /// <param name="format"><c>cloudevents</c> or <c>ocsf</c>.</param>
    /// <param name="search">What is wanted; null for all.</param>
    /// <param name="from">Place of the first entry; one past the last line's to go on.</param>
    /// <param name="cancel">Stops reading.</param>
    public IAsyncEnumerable<string> Export(string format, LedgerSearch? search = null, long from = 0, CancellationToken cancel = default) =>
        _transport.Lines($"{ExportAddress(format, search)}&from={Text(from)}", cancel);

    /// <summary>Where such an export is, relative to the server's address: for a link.</summary>
    public static string ExportAddress(string format, LedgerSearch? search = null) =>
        Filtered(Route.To("audit", "export").With("format", format), search);

    /// <summary>The newest signed head.</summary>
    public Task<LedgerHeadSummary> Head(CancellationToken cancel = default) =>
        _transport.Get<LedgerHeadSummary>(Route.To("ledger", "head"), cancel);

    /// <summary>Recomputes the whole tree and compares it with the signed heads and with every recorded row.</summary>
    public Task<LedgerVerification> Verify(CancellationToken cancel = default) =>
        _transport.Post<LedgerVerification>(Route.To("ledger", "verify"), null, cancel);

    internal static Route Filtered(Route route, LedgerSearch? search) => search is null ? route : route
        .With("type", search.Type).With("subject", search.Subject).With("actor", search.Actor)
        .With("outcome", search.Outcome).With("person", search.Person).With("project", search.Project)
        .With("since", search.Since?.ToString("O", CultureInfo.InvariantCulture)).With("until", search.Until?.ToString("O", CultureInfo.InvariantCulture));

    private static string Text(long index) => index.ToString(CultureInfo.InvariantCulture);
}
