using System.Globalization;
using System.Security.Claims;
using System.Text;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Ledger;

/// <summary>Reads entries and their proofs on behalf of a caller, who sees what the one place below lets them see.</summary>
internal sealed class LedgerReader(AssayDb db, Sequencer sequencer, AccessState access, IDirectory directory, ProjectScope scope)
{
    /// <summary>Entries that fit, newest first. What is appended while somebody turns pages moves no page.</summary>
    public async Task<Page<LedgerEntry>> Search(LedgerSearch search, PageRequest page, bool withProof, ClaimsPrincipal user, CancellationToken cancel)
    {
        await sequencer.Flush(cancel);   // who has just changed something finds its event
        var rows = Fitting(search, user);
        if (page.Cursor is { } cursor)
        {
            if (!long.TryParse(cursor, CultureInfo.InvariantCulture, out var before))
                throw Refusal.Invalid("cursor", "Take the cursor from nextCursor of the page before.");
            rows = rows.Where(row => row.Index < before);
        }

        var found = await rows.OrderByDescending(row => row.Index).Take(page.Size + 1).ToListAsync(cancel);
        var entries = found.ConvertAll(LedgerFeed.Entry);
        if (withProof)
        {
            var head = await Head(cancel);
            for (var i = 0; i < entries.Count; i++)
                entries[i] = entries[i] with { Proof = await Prove(found[i], head, cancel) };
        }

        return page.Of(entries, entry => entry.Index.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Entries that have their place in the tree by now.</summary>
    public Task<long> Size(CancellationToken cancel) => sequencer.Flush(cancel);

    /// <summary>The first entries that fit within a range of places, oldest first.</summary>
    public Task<List<LedgerRow>> Batch(LedgerSearch search, (long From, long End) places, int count, ClaimsPrincipal user, CancellationToken cancel) =>
        Fitting(search, user).Where(row => row.Index >= places.From && row.Index < places.End)
            .OrderBy(row => row.Index).Take(count).ToListAsync(cancel);

    /// <summary>One entry, with its proof when it is wanted.</summary>
    public async Task<LedgerEntry> Entry(long index, bool withProof, ClaimsPrincipal user, CancellationToken cancel)
    {
        var row = await Find(index, user, cancel);
        var entry = LedgerFeed.Entry(row);
        return withProof ? entry with { Proof = await Prove(row, await Head(cancel), cancel) } : entry;
    }

    /// <summary>Proof that an entry is in the tree of the newest signed head.</summary>
    public async Task<LedgerProof> Prove(long index, ClaimsPrincipal user, CancellationToken cancel) =>
        await Prove(await Find(index, user, cancel), await Head(cancel), cancel);

    /// <summary>Entries that the caller may see.</summary>
    public IQueryable<LedgerRow> Visible(ClaimsPrincipal user)
    {
        var rows = db.LedgerEvents.AsNoTracking().Where(row => row.Index != null);
        return SeesAll(user) ? rows : rows.OfProject(scope.Name!);
    }

    /// <summary>What the caller is told of a verification, which is of the whole installation.</summary>
    public LedgerVerification Told(LedgerVerification found, ClaimsPrincipal user) => found.Verified || SeesAll(user) ? found : found with
    {
        Problems = [$"{found.Problems.Count} problems were found. Who may read the ledger of the whole installation is told which."],
    };

    /// <summary>
    /// Who may read the ledger of the whole installation sees all of it; everybody else sees the project's entries, without
    /// those that are about the installation.
    /// </summary>
    public bool SeesAll(ClaimsPrincipal user) => access.Current.Allows(user, GovernancePermissions.LedgerRead, Place.Installation);

    private IQueryable<LedgerRow> Fitting(LedgerSearch search, ClaimsPrincipal user)
    {
        var rows = Visible(user).Fitting(search, db);
        return string.IsNullOrEmpty(search.Person) ? rows : rows.By(directory.ByName(search.Person)?.Id ?? search.Person, db);
    }

    private async Task<LedgerRow> Find(long index, ClaimsPrincipal user, CancellationToken cancel) =>
        await Visible(user).SingleOrDefaultAsync(row => row.Index == index, cancel)
        ?? throw Refusal.NotFound("ledger entry", index.ToString(CultureInfo.InvariantCulture));

    private Task<LedgerHead> Head(CancellationToken cancel) =>
        db.LedgerHeads.AsNoTracking().OrderByDescending(head => head.Number).FirstAsync(cancel);

    private async Task<LedgerProof> Prove(LedgerRow row, LedgerHead head, CancellationToken cancel)
    {
        var proof = await new TileWriter(db).Proof(row.Index!.Value, head.Size, cancel);
        var leaf = MerkleTree.LeafHash(Encoding.UTF8.GetBytes(row.Body));
        return new(row.Index.Value, Convert.ToHexStringLower(leaf), proof.ConvertAll(Convert.ToBase64String), head.Checkpoint, row.Body);
    }
}
