using Assay.Kernel.Databases;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.EvaluationSets;

/// <summary>Questions with what is expected of their answers, on which GenAI applications are judged: MLflow's evaluation dataset.</summary>
internal sealed class EvaluationSet : IProjectOwned
{
    public const int NameLengthMax = 500;
    public const int UserLengthMax = 250;

    public long Key { get; private set; }
    public string Project { get; private set; } = "";

    /// <summary><c>d-</c> and 32 hexadecimal digits.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Eight hexadecimal digits, which change with each change of its records.</summary>
    public required string Digest { get; set; }

    /// <summary>The names and types of what its records have, as JSON; null before the first.</summary>
    public string? Schema { get; set; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long CreatedAt { get; init; }
    public required long UpdatedAt { get; set; }
    public string? CreatedBy { get; init; }
    public string? UpdatedBy { get; set; }
}

internal sealed class EvaluationSetTag
{
    public required long SetKey { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}

/// <summary>An experiment in which the set is used, and which decides who may.</summary>
internal sealed class EvaluationSetExperiment
{
    public required long SetKey { get; init; }
    public required string ExperimentId { get; init; }
}

/// <summary>One question. Of two with the same inputs there is one record.</summary>
internal sealed class EvaluationRecord
{
    public required long SetKey { get; init; }

    /// <summary><c>dr-</c> and 32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the inputs as canonical JSON.</summary>
    public required string InputsDigest { get; init; }
    public required long CreatedAt { get; init; }
    public required long UpdatedAt { get; set; }
    public string? CreatedBy { get; init; }
    public string? UpdatedBy { get; set; }

    /// <summary>JSON objects, like the next four; null where the client sent none.</summary>
    public required string Inputs { get; init; }
    public string? Outputs { get; set; }
    public string? Expectations { get; set; }
    public string? Tags { get; set; }

    /// <summary>Where the question comes from, such as a trace.</summary>
    public string? Source { get; init; }
}

internal sealed class EvaluationSetTable : IEntityTypeConfiguration<EvaluationSet>
{
    public void Configure(EntityTypeBuilder<EvaluationSet> builder)
    {
        builder.ToTable("tracking_evaluation_sets");
        builder.HasKey(set => set.Key);
        builder.Property(set => set.Key).ValueGeneratedOnAdd();
        builder.HasIndex(set => set.Id).IsUnique();
        builder.HasIndex(set => new { set.Project, set.CreatedAt });
        builder.Property(set => set.Id).HasMaxLength(34);
        builder.Property(set => set.Name).HasMaxLength(EvaluationSet.NameLengthMax);
        builder.Property(set => set.Digest).HasMaxLength(8);
        builder.Property(set => set.CreatedBy).HasMaxLength(EvaluationSet.UserLengthMax);
        builder.Property(set => set.UpdatedBy).HasMaxLength(EvaluationSet.UserLengthMax);
    }
}

internal sealed class EvaluationSetTagTable : IEntityTypeConfiguration<EvaluationSetTag>
{
    public void Configure(EntityTypeBuilder<EvaluationSetTag> builder)
    {
        builder.ToTable("tracking_evaluation_tags").IsClustered();
        builder.HasKey(tag => new { tag.SetKey, tag.Key });
        builder.Property(tag => tag.Key).HasMaxLength(Names.LengthMax);
    }
}

internal sealed class EvaluationSetExperimentTable : IEntityTypeConfiguration<EvaluationSetExperiment>
{
    public void Configure(EntityTypeBuilder<EvaluationSetExperiment> builder)
    {
        builder.ToTable("tracking_evaluation_experiments").IsClustered();
        builder.HasKey(link => new { link.SetKey, link.ExperimentId });
        builder.Property(link => link.ExperimentId).HasMaxLength(64);
    }
}

internal sealed class EvaluationRecordTable : IEntityTypeConfiguration<EvaluationRecord>
{
    public void Configure(EntityTypeBuilder<EvaluationRecord> builder)
    {
        builder.ToTable("tracking_evaluation_records");
        builder.HasKey(record => new { record.SetKey, record.Id });
        builder.HasIndex(record => new { record.SetKey, record.InputsDigest }).IsUnique();
        builder.HasIndex(record => new { record.SetKey, record.CreatedAt, record.Id });
        builder.Property(record => record.Id).HasMaxLength(35);
        builder.Property(record => record.InputsDigest).HasMaxLength(64);
        builder.Property(record => record.CreatedBy).HasMaxLength(EvaluationSet.UserLengthMax);
        builder.Property(record => record.UpdatedBy).HasMaxLength(EvaluationSet.UserLengthMax);
    }
}
