using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Experiments;

internal sealed class Experiment : IProjectOwned
{
    public const string DefaultId = "0";
    public const string DefaultName = "Default";
    public const int NameLengthMax = 500;

    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Name { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
    public Lifecycle Lifecycle { get; set; }

    /// <summary>Where the files of its runs are kept when a client chose a place; null for the installation's own store.</summary>
    public string? ArtifactLocation { get; init; }
}

internal sealed class ExperimentTable : IEntityTypeConfiguration<Experiment>
{
    public void Configure(EntityTypeBuilder<Experiment> builder)
    {
        builder.ToTable("tracking_experiments");
        builder.HasKey(experiment => new { experiment.Project, experiment.Id });
        builder.HasIndex(experiment => new { experiment.Project, experiment.Name }).IsUnique();
        builder.Property(experiment => experiment.Id).HasMaxLength(64);
        builder.Property(experiment => experiment.Name).HasMaxLength(Experiment.NameLengthMax);
        builder.Property(experiment => experiment.ArtifactLocation).HasMaxLength(1000);
        builder.IsRecorded();
    }
}
