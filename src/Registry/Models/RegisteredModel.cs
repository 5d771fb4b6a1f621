using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Models;

internal sealed class RegisteredModel : IProjectOwned
{
    public const int NameLengthMax = 256;

    public string Project { get; private set; } = "";
    public required string Name { get; init; }
    /// <summary>When it was made, or came back under its name after it had been withdrawn.</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    public int LatestVersion { get; set; }

    /// <summary>When it was last written about or got a version or stage, as MLflow counts it.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>What people say of it; null for nothing.</summary>
    public string? Description { get; set; }

    /// <summary>Since when MLflow's clients do not see it any more; null while they do.</summary>
    public DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>Counts every change of its versions, stages and aliases, so that of two changes at once one is refused.</summary>
    public int Changes { get; set; }
}

internal sealed class RegisteredModelTable : IEntityTypeConfiguration<RegisteredModel>
{
    public void Configure(EntityTypeBuilder<RegisteredModel> builder)
    {
        builder.ToTable("registry_models");
        builder.HasKey(model => new { model.Project, model.Name });
        builder.Property(model => model.Name).HasMaxLength(RegisteredModel.NameLengthMax);
        builder.Property(model => model.Changes).IsConcurrencyToken();
        builder.IsRecorded();
    }
}
