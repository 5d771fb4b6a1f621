using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Concept;

/// <summary>
/// What is known of the errors of one version at an endpoint, changed in the transaction in which labels are joined: so each
/// label counts once, whatever ends the process in between.
/// </summary>
internal sealed class ConceptRow : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Endpoint { get; init; }
    public required string Model { get; init; }
    public required int Version { get; init; }
    public string StateJson { get; set; } = "{}";
    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>Two who join labels at once: the second reads again.</summary>
    public int Revision { get; set; }

    public ConceptState Read() => JsonSerializer.Deserialize<ConceptState>(StateJson, AssayJson.Options)!;

    public void Write(ConceptState state) => (StateJson, Revision) = (JsonSerializer.Serialize(state, AssayJson.Options), Revision + 1);
}

internal sealed class ConceptTable : IEntityTypeConfiguration<ConceptRow>
{
    public void Configure(EntityTypeBuilder<ConceptRow> builder)
    {
        builder.ToTable("monitoring_concepts");
        builder.HasKey(row => new { row.Project, row.Endpoint, row.Model, row.Version });
        builder.Property(row => row.Endpoint).HasMaxLength(200);
        builder.Property(row => row.Model).HasMaxLength(100);
        builder.Property(row => row.Revision).IsConcurrencyToken();
    }
}
