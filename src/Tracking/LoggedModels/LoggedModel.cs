using Assay.Kernel.Databases;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.LoggedModels;

/// <summary>Whether a logged model's files are all there, in the order of MLflow's numbers from 1.</summary>
internal enum LoggedModelStatus
{
    Pending,
    Ready,
    UploadFailed,
}

/// <summary>A model that a client has logged, since its version 3: a thing of its own, and no folder of a run. Its parts belong to its project through it.</summary>
internal sealed class LoggedModel : IProjectOwned
{
    public const int IdLength = 34;
    public const int NameLengthMax = 500;

    public long Key { get; private set; }
    public string Project { get; private set; } = "";

    /// <summary><c>m-</c> and 32 hexadecimal digits.</summary>
    public required string Id { get; init; }
    public required long ExperimentKey { get; init; }
    public required string ExperimentId { get; init; }
    public required string Name { get; init; }
    public required string ModelType { get; init; }
    public required string SourceRunId { get; init; }
    public required LoggedModelStatus Status { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
    public required string ArtifactUri { get; init; }
    public Lifecycle Lifecycle { get; set; }
}

/// <summary>A parameter of a logged model: written once.</summary>
internal sealed class LoggedModelParam
{
    public required long ModelKey { get; init; }
    public required string Key { get; init; }
    public required string Value { get; init; }
}

/// <summary>A tag of a logged model.</summary>
internal sealed class LoggedModelTag
{
    public required long ModelKey { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}

/// <summary>A point that a run has logged about a model, perhaps on one dataset.</summary>
internal sealed class LoggedModelMetric
{
    public required long ModelKey { get; init; }
    public required string Key { get; init; }
    public required string DatasetName { get; init; }
    public required string DatasetDigest { get; init; }
    public required long Step { get; init; }
    public required long At { get; init; }
    public required string RunId { get; init; }

    /// <summary>Null for NaN.</summary>
    public required double? Value { get; init; }
}

internal sealed class LoggedModelTable : IEntityTypeConfiguration<LoggedModel>
{
    public void Configure(EntityTypeBuilder<LoggedModel> builder)
    {
        builder.ToTable("tracking_models");
        builder.HasKey(model => model.Key);
        builder.HasIndex(model => model.Id).IsUnique();
        builder.HasIndex(model => new { model.ExperimentKey, model.CreatedAt });
        builder.HasIndex(model => model.SourceRunId);
        builder.Property(model => model.Id).HasMaxLength(LoggedModel.IdLength);
        builder.Property(model => model.ExperimentId).HasMaxLength(64);
        builder.Property(model => model.Name).HasMaxLength(LoggedModel.NameLengthMax);
        builder.Property(model => model.ModelType).HasMaxLength(LoggedModel.NameLengthMax);
        builder.Property(model => model.SourceRunId).HasMaxLength(32);
        builder.Property(model => model.ArtifactUri).HasMaxLength(1100);
    }
}

internal sealed class LoggedModelParamTable : IEntityTypeConfiguration<LoggedModelParam>
{
    public void Configure(EntityTypeBuilder<LoggedModelParam> builder)
    {
        builder.ToTable("tracking_model_params").IsClustered();
        builder.HasKey(param => new { param.ModelKey, param.Key });
        builder.Property(param => param.Key).HasMaxLength(Names.LengthMax);
    }
}

internal sealed class LoggedModelTagTable : IEntityTypeConfiguration<LoggedModelTag>
{
    public void Configure(EntityTypeBuilder<LoggedModelTag> builder)
    {
        builder.ToTable("tracking_model_tags").IsClustered();
        builder.HasKey(tag => new { tag.ModelKey, tag.Key });
        builder.Property(tag => tag.Key).HasMaxLength(Names.LengthMax);
    }
}

internal sealed class LoggedModelMetricTable : IEntityTypeConfiguration<LoggedModelMetric>
{
    public void Configure(EntityTypeBuilder<LoggedModelMetric> builder)
    {
        builder.ToTable("tracking_model_metrics").IsClustered();
        builder.HasKey(metric => new { metric.ModelKey, metric.Key, metric.DatasetName, metric.DatasetDigest, metric.Step, metric.At, metric.RunId });
        builder.Property(metric => metric.Key).HasMaxLength(Names.LengthMax);
        builder.Property(metric => metric.DatasetName).HasMaxLength(500);
        builder.Property(metric => metric.DatasetDigest).HasMaxLength(36);
        builder.Property(metric => metric.RunId).HasMaxLength(32);
    }
}
