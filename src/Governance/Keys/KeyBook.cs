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
/// Keeps the ledger's record of the signing key in step with the ring. The ring's file is written first and the rows follow
/// it; what a crash leaves half done is finished at the next start.
/// </summary>
internal sealed class KeyBook(AssayDb db, ILedger ledger, SigningKeyRing ring)
{
    /// <summary>Records versions that have no row yet, each with its event.</summary>
    public async Task Record(CancellationToken cancel)
    {
        var rows = await db.Set<SigningKeyRow>().ToDictionaryAsync(row => row.Version, cancel);
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
}
