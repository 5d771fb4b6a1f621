using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Keys;

/// <summary>The key that wraps the keys of blobs: a new version, everything under it, and the old one forgotten.</summary>
internal static class EncryptionKeyRoutes
{
    private const int RewrapMax = 10_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/keys/encryption").WithTags("Keys");
        group.MapGet("/", List).WithName("ListEncryptionKeys").Requires(GovernancePermissions.KeysRead);
        group.MapPost("/rotate", Rotate).WithName("RotateEncryptionKey").Requires(GovernancePermissions.KeysAdmin);
        group.MapPost("/rewrap", Rewrap).WithName("RewrapKeys").Requires(GovernancePermissions.KeysAdmin);
        group.MapPost("/{version:int}/retire", Retire).WithName("RetireEncryptionKey").Requires(GovernancePermissions.KeysAdmin);
    }

    private static async Task<EncryptionKeyList> List(EncryptionKeys keys, EncryptionCensus census, CancellationToken cancel) =>
        await keys.List(await census.Recent(cancel), cancel);

    private static async Task<EncryptionKeyList> Rotate(EncryptionKeys keys, FileKeyRing ring, KeyBook book, EncryptionCensus census, CancellationToken cancel)
    {
        await ring.Rotate(cancel);
        await book.RecordEncryption(cancel);
        return await keys.List(await census.Recent(cancel), cancel);
    }

    private static Task<RewrapStep> Rewrap(
        Rewrapping rewrapping, CancellationToken cancel, [FromQuery, StringLength(2)] string? from = null, [FromQuery, Range(1, RewrapMax)] int limit = 1000) =>
        rewrapping.Step(from, limit, cancel);

    private static async Task<EncryptionKeyList> Retire(
        int version, EncryptionKeys keys, FileKeyRing ring, KeyBook book, EncryptionCensus census, CancellationToken cancel)
    {
        await keys.CheckRetiring(version, cancel);
        await ring.Forget(version, cancel);
        await book.RecordEncryption(cancel);
        return await keys.List(await census.Recent(cancel), cancel);
    }
}

/// <summary>What is known of the versions, and which of them may go.</summary>
internal sealed class EncryptionKeys(AssayDb db, FileKeyRing ring, EncryptionCensus census, TimeProvider clock)
{
    /// <summary>Longer than anything takes from wrapping a key to storing it.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(15);

    public async Task<EncryptionKeyList> List(Census counted, CancellationToken cancel)
    {
        var rows = await db.Set<EncryptionKeyRow>().AsNoTracking().ToDictionaryAsync(row => row.Version, cancel);
        var (here, newest) = (ring.Versions, ring.Newest);
        return new(
            [.. rows.Keys.Union(here).Order().Select(version => Describe(version, rows.GetValueOrDefault(version)))],
            counted.Under(0),
            counted.At);

        EncryptionKeyVersion Describe(int version, EncryptionKeyRow? row) => new(
            version,
            version == newest ? "wraps" : here.Contains(version) ? "opens" : "retired",
            counted.Under(version), row?.CreatedAt, row?.RewrappedAt, row?.RetiredAt);
    }

    /// <exception cref="Refusal">The version is needed.</exception>
    public async Task CheckRetiring(int version, CancellationToken cancel)
    {
        if (!ring.Versions.Contains(version))
            throw Refusal.NotFound("version of the key-encryption key", version.ToString(CultureInfo.InvariantCulture));
        if (version == ring.Newest)
            throw Refusal.Conflict($"Version {version} is the one that wraps. Make a new one with 'assay key rotate --encryption' first.");
        var newest = await db.Set<EncryptionKeyRow>().AsNoTracking().SingleOrDefaultAsync(row => row.Version == ring.Newest, cancel);
        if (newest?.CreatedAt is not { } since || clock.GetUtcNow() < since + Overlap)
            throw Refusal.Conflict($"Version {ring.Newest} wraps for less than {Overlap.TotalMinutes} minutes, so that something may still be about to be stored under version {version}. Try again later.");
        if ((await census.Fresh(cancel)).Under(version) is > 0 and var left)
            throw Refusal.Conflict($"{left} objects still stand under version {version} and could not be read any more. Run 'assay key rewrap' first.");
    }
}
