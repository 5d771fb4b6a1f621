using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Governance.Keys;

/// <summary>A version of the signing key, as the database states it beside the event that tells of it.</summary>
internal sealed class SigningKeyRow
{
    public required int Version { get; init; }
    public required string Provider { get; init; }
    public required string Hint { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? RetiredAt { get; set; }
}

internal sealed class SigningKeyRowTable : IEntityTypeConfiguration<SigningKeyRow>
{
    public void Configure(EntityTypeBuilder<SigningKeyRow> builder)
    {
        builder.ToTable("governance_signing_keys").IsRecorded();
        builder.HasKey(key => key.Version);
        builder.Property(key => key.Version).ValueGeneratedNever();
        builder.Property(key => key.Provider).HasMaxLength(20);
        builder.Property(key => key.Hint).HasMaxLength(64);
    }
}

/// <summary>A new version of the signing key signs from now on; <paramref name="Trusted"/> are all whose signatures are valid.</summary>
public sealed record KeyRotated(int Version, string Provider, string Hint, IReadOnlyList<string> Trusted) : LedgerEvent("key.rotated", $"key:signing@{Version}");

/// <summary>
/// Keeps the ledger's record of the keys in step with the rings. A ring's file is written first and the rows follow it; what
/// a crash leaves half done is finished at the next start.
/// </summary>
internal sealed class KeyBook(AssayDb db, ILedger ledger, SigningKeyRing ring, FileKeyRing encryption, TimeProvider clock)
{
    /// <summary>Records versions that have no row yet, each with its event.</summary>
    public async Task Record(CancellationToken cancel)
    {
        var rows = await db.Set<SigningKeyRow>().ToDictionaryAsync(row => row.Version, cancel);
        if (ring.Versions.All(version => rows.ContainsKey(version.Version)))
            return;   // a row that differs all the same was changed by other means: the ledger's verification names it
        foreach (var version in ring.Versions)
        {
            if (rows.TryGetValue(version.Version, out var row))
            {
                row.RetiredAt = version.RetiredAt;
                continue;
            }

            db.Add(new SigningKeyRow
            {
                Version = version.Version,
                Provider = version.Provider,
                Hint = version.Hint,
                CreatedAt = version.CreatedAt,
                RetiredAt = version.RetiredAt,
            });
            ledger.Append(new KeyRotated(version.Version, version.Provider, version.Hint, [.. ring.Versions.TakeWhile(other => other.Version <= version.Version).Select(other => other.Hint)]));
        }

        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Records versions of the key-encryption key that are new or gone, each with its event. While there is only the first, there is nothing to tell.</summary>
    public async Task RecordEncryption(CancellationToken cancel)
    {
        var rows = await db.Set<EncryptionKeyRow>().ToDictionaryAsync(row => row.Version, cancel);
        var here = encryption.Versions;
        if (rows.Count == 0 && here is [1])
            return;
        var now = clock.GetUtcNow();
        foreach (var version in here.Where(version => !rows.ContainsKey(version)))
        {
            db.Add(new EncryptionKeyRow { Version = version, CreatedAt = version == 1 ? null : now });
            if (version > 1)
                ledger.Append(new EncryptionKeyRotated(version));
        }

        foreach (var row in rows.Values.Where(row => row.RetiredAt is null && !here.Contains(row.Version)))
        {
            row.RetiredAt = now;
            ledger.Append(new EncryptionKeyRetired(row.Version));
        }

        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Records that everything stands under a version, once.</summary>
    public async Task RecordRewrapped(int version, long objects, CancellationToken cancel)
    {
        if (await db.Set<EncryptionKeyRow>().SingleOrDefaultAsync(row => row.Version == version, cancel) is not { RewrappedAt: null } row)
            return;
        row.RewrappedAt = clock.GetUtcNow();
        ledger.Append(new EncryptionKeysRewrapped(version, objects));
        await db.SaveChangesAsync(cancel);
    }
}
