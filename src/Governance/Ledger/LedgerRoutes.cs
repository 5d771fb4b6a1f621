using System.Globalization;
using System.Text;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Ledger;

/// <summary>The newest signed head, and what the last verification found (null before the first).</summary>
/// <param name="Size">Events in the tree.</param>
/// <param name="Checkpoint">The signed note, as third-party tools read it.</param>
/// <param name="VerifierKey">Key in the form <c>name+id+key</c> that checks the note.</param>
/// <param name="At">When the head was signed.</param>
/// <param name="LastVerification">Null before the first.</param>
public sealed record LedgerHeadSummary(
    long Size, string Checkpoint, string VerifierKey, DateTimeOffset? At, LedgerVerification? LastVerification);

/// <summary>Proof that an entry is in the tree: check it with any RFC 9162 verifier.</summary>
/// <param name="Index">Place of the entry.</param>
/// <param name="LeafHash">RFC 6962 leaf hash, hexadecimal.</param>
/// <param name="Hashes">Sibling hashes from leaf to root, base64.</param>
/// <param name="Checkpoint">The signed head that the proof leads to.</param>
/// <param name="Entry">The canonical entry whose hash is proved.</param>
public sealed record LedgerProof(long Index, string LeafHash, IReadOnlyList<string> Hashes, string Checkpoint, string Entry);

internal static class LedgerRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/ledger").WithTags("Ledger");
        group.MapGet("/", List).WithName("ListLedger").Requires(GovernancePermissions.LedgerRead);
        group.MapGet("/head", Head).WithName("GetLedgerHead").Requires(GovernancePermissions.LedgerRead);
        group.MapGet("/{index:long}", Get).WithName("GetLedgerEntry").Requires(GovernancePermissions.LedgerRead);
        group.MapGet("/{index:long}/proof", Prove).WithName("ProveLedgerEntry").Requires(GovernancePermissions.LedgerRead);
        group.MapPost("/verify", Verify).WithName("VerifyLedger").Requires(GovernancePermissions.LedgerRead);
    }

    /// <summary>Newest first; <paramref name="type"/> and <paramref name="subject"/> are exact, or prefixes when they end in an asterisk.</summary>
    private static async Task<Page<LedgerEntry>> List(
        [AsParameters] PageRequest page, string? type, string? subject, HttpContext http, AssayDb db, Sequencer sequencer, CancellationToken cancel)
    {
        await sequencer.Flush(cancel);   // who has just changed something finds its event
        var rows = Visible(db, http);
        if (page.Cursor is { } cursor)
        {
            if (!long.TryParse(cursor, CultureInfo.InvariantCulture, out var before))
                throw Refusal.Invalid("cursor", "Take the cursor from nextCursor of the page before.");
            rows = rows.Where(row => row.Index < before);
        }

        rows = Match(rows, type, static (query, value) => query.Where(row => row.Type == value), static (query, value) => query.Where(row => row.Type.StartsWith(value)));
        rows = Match(rows, subject, static (query, value) => query.Where(row => row.Subject == value), static (query, value) => query.Where(row => row.Subject.StartsWith(value)));
        var found = await rows.OrderByDescending(row => row.Index).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(found.ConvertAll(LedgerFeed.Entry), entry => entry.Index.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<LedgerEntry> Get(long index, HttpContext http, AssayDb db, CancellationToken cancel) =>
        LedgerFeed.Entry(await Find(index, http, db, cancel));

    private static async Task<LedgerProof> Prove(long index, HttpContext http, AssayDb db, CancellationToken cancel)
    {
        var row = await Find(index, http, db, cancel);
        var head = await db.LedgerHeads.AsNoTracking().OrderByDescending(head => head.Number).FirstAsync(cancel);
        var proof = await new TileWriter(db).Proof(index, head.Size, cancel);
        var leaf = MerkleTree.LeafHash(Encoding.UTF8.GetBytes(row.Body));
        return new(index, Convert.ToHexStringLower(leaf), proof.ConvertAll(Convert.ToBase64String), head.Checkpoint, row.Body);
    }

    private static async Task<LedgerHeadSummary> Head(AssayDb db, LedgerKeys keys, LastVerification last, CancellationToken cancel)
    {
        var head = await db.LedgerHeads.AsNoTracking().OrderByDescending(row => row.Number).FirstOrDefaultAsync(cancel);
        return new(head?.Size ?? 0, head?.Checkpoint ?? "", keys.VerifierKey, head?.At, last.Value);
    }

    private static async Task<LedgerVerification> Verify(LedgerVerifier verifier, LastVerification last, CancellationToken cancel) =>
        last.Value = await verifier.Verify(cancel);

    private static async Task<LedgerRow> Find(long index, HttpContext http, AssayDb db, CancellationToken cancel) =>
        await Visible(db, http).SingleOrDefaultAsync(row => row.Index == index, cancel)
        ?? throw Refusal.NotFound("ledger entry", index.ToString(CultureInfo.InvariantCulture));

    // Who may read the ledger of the whole installation sees all of it; everybody else sees the project's events.
    private static IQueryable<LedgerRow> Visible(AssayDb db, HttpContext http)
    {
        var rows = db.LedgerEvents.AsNoTracking().Where(row => row.Index != null);
        if (http.RequestServices.GetRequiredService<AccessState>().Current.Allows(http.User, GovernancePermissions.LedgerRead, Place.Installation))
            return rows;
        var project = http.RequestServices.GetRequiredService<ProjectScope>().Name;
        return rows.Where(row => row.Project == project);
    }

    private static IQueryable<LedgerRow> Match(
        IQueryable<LedgerRow> rows,
        string? wanted,
        Func<IQueryable<LedgerRow>, string, IQueryable<LedgerRow>> exact,
        Func<IQueryable<LedgerRow>, string, IQueryable<LedgerRow>> prefix) =>
        string.IsNullOrEmpty(wanted) ? rows : wanted.EndsWith('*') ? prefix(rows, wanted[..^1]) : exact(rows, wanted);
}

/// <summary>What the last verification in this process found.</summary>
internal sealed class LastVerification
{
    public LedgerVerification? Value { get; set; }
}
