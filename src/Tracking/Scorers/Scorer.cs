using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Scorers;

/// <summary>A version of a scorer, which judges answers of an experiment's application. What it does, its client wrote down; nothing of it runs here.</summary>
internal sealed class Scorer : IProjectOwned
{
    public const int NameLengthMax = 250;

    public string Project { get; private set; } = "";
    public required string ExperimentId { get; init; }
    public required string Name { get; init; }

    /// <summary>From 1 on; a number that was deleted is not used again while the scorer has a later one.</summary>
    public required long Version { get; init; }

    /// <summary>Of the scorer, the same for all of its versions.</summary>
    public required string ScorerId { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>The client's JSON.</summary>
    public required string Content { get; init; }
}

internal sealed class ScorerTable : IEntityTypeConfiguration<Scorer>
{
    public void Configure(EntityTypeBuilder<Scorer> builder)
    {
        builder.ToTable("tracking_scorers");
        builder.HasKey(scorer => new { scorer.Project, scorer.ExperimentId, scorer.Name, scorer.Version });
        builder.Property(scorer => scorer.ExperimentId).HasMaxLength(64);
        builder.Property(scorer => scorer.Name).HasMaxLength(Scorer.NameLengthMax);
        builder.Property(scorer => scorer.ScorerId).HasMaxLength(36);
    }
}
