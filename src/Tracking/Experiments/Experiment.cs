using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Experiments;

internal sealed class Experiment : IProjectOwned
{
    public const string DefaultId = "0";
    public const string DefaultName = "Default";
    public const int NameLengthMax = 500;
    public const int ArtifactLocationLengthMax = 1000;

    /// <summary>What its runs and tags refer to it by: unique in the installation, where <see cref="Id"/> is so in its project.</summary>
    public required long Key { get; init; }
    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Name { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
    public Lifecycle Lifecycle { get; set; }

    /// <summary>Where the files of its runs are kept when a client chose a place; null for the installation's own store.</summary>
    public string? ArtifactLocation { get; init; }

    /// <summary>The place where the files of its runs are, as clients are told.</summary>
    public string Location => ArtifactLocation ?? $"mlflow-artifacts:/{Id}";
}

internal sealed class ExperimentTable : IEntityTypeConfiguration<Experiment>
{
    public void Configure(EntityTypeBuilder<Experiment> builder)
    {
        builder.ToTable("tracking_experiments");
        builder.HasKey(experiment => new { experiment.Project, experiment.Id });
        builder.HasIndex(experiment => new { experiment.Project, experiment.Name }).IsUnique();
        builder.HasIndex(experiment => experiment.Key).IsUnique();
        builder.Property(experiment => experiment.Id).HasMaxLength(64);
        builder.Property(experiment => experiment.Name).HasMaxLength(Experiment.NameLengthMax);
        builder.Property(experiment => experiment.ArtifactLocation).HasMaxLength(Experiment.ArtifactLocationLengthMax);
        builder.Ignore(experiment => experiment.Location);
        builder.IsRecorded();
    }
}

/// <summary>A tag of an experiment, which belongs to its project through it.</summary>
internal sealed class ExperimentTag
{
    public const int ValueLengthMax = 5000;

    public required long ExperimentKey { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}

internal sealed class ExperimentTagTable : IEntityTypeConfiguration<ExperimentTag>
{
    public void Configure(EntityTypeBuilder<ExperimentTag> builder)
    {
        builder.ToTable("tracking_experiment_tags").IsClustered();
        builder.HasKey(tag => new { tag.ExperimentKey, tag.Key });
        builder.Property(tag => tag.Key).HasMaxLength(Names.LengthMax);
        builder.Property(tag => tag.Value).HasMaxLength(ExperimentTag.ValueLengthMax);
    }
}
