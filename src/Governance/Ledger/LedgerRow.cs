using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Governance.Ledger;

/// <summary>An event as stored. <see cref="Body"/> is what the tree hashes; the other columns repeat parts of it for queries.</summary>
internal sealed class LedgerRow
{
    public long Sequence { get; private set; }
    public required string Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Type { get; init; }
    public required string Subject { get; init; }
    public required string Actor { get; init; }
    public required string? Project { get; init; }

    /// <summary>Follows from the type; a column so that it can be searched by.</summary>
    public required EventOutcome Outcome { get; init; }

    /// <summary>Canonical JSON (RFC 8785) of the whole event, at most 65,535 bytes of UTF-8.</summary>
    public string Body { get; set; } = "";

    /// <summary>See <see cref="EventMacs"/>; null in rows of an older version, and in those that the server didn't write.</summary>
    public string? Mac { get; set; }

    /// <summary>Place in the tree; null until the sequencer has given it one.</summary>
    public long? Index { get; set; }
}

/// <summary>Up to 256 hashes of one level of the tree (C2SP tlog-tiles): 32 bytes each, concatenated.</summary>
internal sealed class LedgerTile
{
    public required int Level { get; init; }
    public required long Number { get; init; }
    public required byte[] Hashes { get; set; }
}

/// <summary>A signed head of the tree (C2SP tlog-checkpoint).</summary>
internal sealed class LedgerHead
{
    /// <summary>1, 2, 3 … without a gap, so that a head that was taken out is missed.</summary>
    public required long Number { get; init; }
    public required long Size { get; init; }
    public required string Checkpoint { get; init; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class LedgerRowTable : IEntityTypeConfiguration<LedgerRow>
{
    public void Configure(EntityTypeBuilder<LedgerRow> builder)
    {
        builder.ToTable("governance_ledger_events");
        builder.HasKey(row => row.Sequence);
        builder.Property(row => row.Sequence).ValueGeneratedOnAdd();
        builder.Property(row => row.Id).HasMaxLength(32);
        builder.Property(row => row.Type).HasMaxLength(100);
        builder.Property(row => row.Subject).HasMaxLength(300);
        builder.Property(row => row.Actor).HasMaxLength(80);
        builder.Property(row => row.Project).HasMaxLength(63);
        builder.Property(row => row.Mac).HasMaxLength(64);
        builder.Property(row => row.Index).HasColumnName("place");   // INDEX is a keyword of SQL
        builder.HasIndex(row => row.Index).IsUnique();
        builder.HasIndex(row => row.Id).IsUnique();
        builder.HasIndex(row => new { row.Type, row.Index }).ForPrefixes();
        builder.HasIndex(row => new { row.Subject, row.Index }).ForPrefixes();
        builder.HasIndex(row => new { row.Actor, row.Index }).ForPrefixes();
        builder.HasIndex(row => new { row.Outcome, row.Index });
        builder.HasIndex(row => new { row.Project, row.Index });
        builder.HasIndex(row => new { row.At, row.Index });
    }
}

file static class PrefixIndex
{
    private static readonly string[] Operators = ["text_pattern_ops"];

    /// <summary>
    /// Lets PostgreSQL look up the beginning of a text, whatever language the database sorts by. The annotation is its
    /// provider's; SQLite needs none and minds none.
    /// </summary>
    public static IndexBuilder<T> ForPrefixes<T>(this IndexBuilder<T> index)
    {
        index.Metadata.SetAnnotation("Npgsql:IndexOperators", Operators);
        return index;
    }
}

internal sealed class LedgerTileTable : IEntityTypeConfiguration<LedgerTile>
{
    public void Configure(EntityTypeBuilder<LedgerTile> builder)
    {
        builder.ToTable("governance_ledger_tiles");
        builder.HasKey(tile => new { tile.Level, tile.Number });
    }
}

internal sealed class LedgerHeadTable : IEntityTypeConfiguration<LedgerHead>
{
    public void Configure(EntityTypeBuilder<LedgerHead> builder)
    {
        builder.ToTable("governance_ledger_heads");
        builder.HasKey(head => head.Number);
        builder.Property(head => head.Number).ValueGeneratedNever();
        builder.Property(head => head.Checkpoint).HasMaxLength(1000);
    }
}

internal static class LedgerTables
{
    extension(AssayDb db)
    {
        public DbSet<LedgerRow> LedgerEvents => db.Set<LedgerRow>();

        public DbSet<LedgerTile> LedgerTiles => db.Set<LedgerTile>();

        public DbSet<LedgerHead> LedgerHeads => db.Set<LedgerHead>();
    }
}
