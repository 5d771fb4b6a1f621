using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Cards;

/// <summary>What people wrote about a version at one time. It never changes: an edit is the next number.</summary>
internal sealed class Card : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Model { get; init; }
    public required int Version { get; init; }
    public required int Number { get; init; }

    /// <summary>A <see cref="CardWords"/>.</summary>
    public required string WordsJson { get; init; }
    public required string WrittenBy { get; init; }
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>Digest of the statement that signs it.</summary>
    public required string Attestation { get; init; }

    public CardWords Words() => JsonSerializer.Deserialize<CardWords>(WordsJson, AssayJson.Options)!;

    public CardVersion ToVersion() => new(Number, WrittenBy, WrittenAt, Attestation);
}

internal sealed class CardTable : IEntityTypeConfiguration<Card>
{
    public void Configure(EntityTypeBuilder<Card> builder)
    {
        builder.ToTable("registry_cards");
        builder.HasKey(card => new { card.Project, card.Model, card.Version, card.Number });
        builder.Property(card => card.Model).HasMaxLength(RegisteredModel.NameLengthMax);
        builder.Property(card => card.WrittenBy).HasMaxLength(100);
        builder.Property(card => card.Attestation).HasMaxLength(80);
        builder.IsRecorded();
    }
}
