using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Governance.Keys;

/// <summary>A version of the key-encryption key, as the database states it beside the events that tell of it. It holds no secret.</summary>
internal sealed class EncryptionKeyRow
{
    public required int Version { get; init; }

    /// <summary>Null for the first, which is as old as the home.</summary>
    public required DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When everything stood under it for the first time.</summary>
    public DateTimeOffset? RewrappedAt { get; set; }

    /// <summary>When it was forgotten.</summary>
    public DateTimeOffset? RetiredAt { get; set; }
}

internal sealed class EncryptionKeyRowTable : IEntityTypeConfiguration<EncryptionKeyRow>
{
    public void Configure(EntityTypeBuilder<EncryptionKeyRow> builder)
    {
        builder.ToTable("governance_encryption_keys").IsRecorded();
        builder.HasKey(key => key.Version);
        builder.Property(key => key.Version).ValueGeneratedNever();
    }
}

/// <summary>A new version of the key-encryption key wraps from now on.</summary>
public sealed record EncryptionKeyRotated(int Version) : LedgerEvent("key.encryption-rotated", $"key:encryption@{Version}");

/// <summary>Everything stands under a version of the key-encryption key.</summary>
/// <param name="Version">The version.</param>
/// <param name="Objects">How many objects that is.</param>
public sealed record EncryptionKeysRewrapped(int Version, long Objects) : LedgerEvent("key.rewrapped", $"key:encryption@{Version}");

/// <summary>A version of the key-encryption key was forgotten: nothing stood under it.</summary>
public sealed record EncryptionKeyRetired(int Version) : LedgerEvent("key.encryption-retired", $"key:encryption@{Version}");

/// <summary>A version of the key-encryption key.</summary>
/// <param name="Version">1 for the first.</param>
/// <param name="State"><c>wraps</c> (the newest), <c>opens</c> (what still stands under it), or <c>retired</c>.</param>
/// <param name="Objects">Blobs and secrets that stand under it.</param>
/// <param name="CreatedAt">When it began to wrap; null for the first, which is as old as the home.</param>
/// <param name="RewrappedAt">When everything stood under it for the first time.</param>
/// <param name="RetiredAt">When it was forgotten.</param>
public sealed record EncryptionKeyVersion(
    int Version, string State, long Objects, DateTimeOffset? CreatedAt, DateTimeOffset? RewrappedAt, DateTimeOffset? RetiredAt);

/// <summary>The versions of the key-encryption key, oldest first.</summary>
/// <param name="Items">The versions.</param>
/// <param name="Damaged">Keys of blobs that can't be read, and so stand under no version.</param>
/// <param name="CountedAt">When the objects were counted, up to a minute ago.</param>
public sealed record EncryptionKeyList(IReadOnlyList<EncryptionKeyVersion> Items, long Damaged, DateTimeOffset CountedAt);

/// <summary>What one step of rewrapping did.</summary>
/// <param name="Version">The version under which things stand now.</param>
/// <param name="Rewrapped">How many were brought there by this step.</param>
/// <param name="Next">Where to go on; null when there is nothing left to look at.</param>
/// <param name="Done">How much of the store was looked at, from 0 to 1.</param>
/// <param name="Left">What still stands under older versions, once everything was looked at: something is damaged, or was stored by a replica in the meantime.</param>
/// <param name="Damaged">Digests of blobs whose keys can't be opened, at most 20: restore them from a backup.</param>
public sealed record RewrapStep(int Version, int Rewrapped, string? Next, double Done, long? Left, IReadOnlyList<string> Damaged);
