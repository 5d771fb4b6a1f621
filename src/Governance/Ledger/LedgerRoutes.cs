using System.Globalization;
using System.Security.Claims;
using System.Text;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http.HttpResults;
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
        group.MapGet("/{index:long}/tlog-proof", ProofFile).WithName("GetLedgerProofFile").Requires(GovernancePermissions.LedgerRead);
        group.MapPost("/verify", Verify).WithName("VerifyLedger").Requires(GovernancePermissions.LedgerRead);
    }

    private static Task<Page<LedgerEntry>> List(
        [AsParameters] PageRequest page, [AsParameters] LedgerSearch search, bool? proof, ClaimsPrincipal user, LedgerReader reader, CancellationToken cancel) =>
        reader.Search(search, page, proof == true, user, cancel);

    private static Task<LedgerEntry> Get(long index, bool? proof, ClaimsPrincipal user, LedgerReader reader, CancellationToken cancel) =>
        reader.Entry(index, proof == true, user, cancel);

    private static Task<LedgerProof> Prove(long index, ClaimsPrincipal user, LedgerReader reader, CancellationToken cancel) =>
        reader.Prove(index, user, cancel);

    private static async Task<FileContentHttpResult> ProofFile(long index, ClaimsPrincipal user, LedgerReader reader, CancellationToken cancel)
    {
        var text = TlogProof.Write(await reader.Prove(index, user, cancel));
        return TypedResults.File(Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8", string.Create(CultureInfo.InvariantCulture, $"ledger-{index}{TlogProof.Extension}"));
    }

    private static async Task<LedgerHeadSummary> Head(
        AssayDb db, LedgerKeys keys, LastVerification last, LedgerReader reader, ClaimsPrincipal user, CancellationToken cancel)
    {
        var head = await db.LedgerHeads.AsNoTracking().OrderByDescending(row => row.Number).FirstOrDefaultAsync(cancel);
        return new(head?.Size ?? 0, head?.Checkpoint ?? "", keys.VerifierKey, head?.At, last.Value is { } found ? reader.Told(found, user) : null);
    }

    private static async Task<LedgerVerification> Verify(SharedVerification verification, LedgerReader reader, ClaimsPrincipal user, CancellationToken cancel) =>
        reader.Told(await (reader.SeesAll(user) ? verification.Run(cancel) : verification.RunOrRecall(cancel)), user);
}
