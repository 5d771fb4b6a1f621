using Assay.Kernel.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Inputs;

/// <summary>A dataset that runs of one experiment have read, as a client describes it.</summary>
internal sealed class InputDataset
{
    public const int NameLengthMax = 500;
    public const int DigestLengthMax = 36;
    public const int SourceLengthMax = 65_535;
    public const int SchemaLengthMax = 1_048_575;
    public const int ProfileLengthMax = 16_777_215;

    public long Key { get; private set; }
    public required long ExperimentKey { get; init; }
    public required string Name { get; init; }
    public required string Digest { get; init; }
    public required string SourceType { get; init; }
    public required string Source { get; init; }
    public string? Schema { get; init; }
    public string? Profile { get; init; }
}

/// <summary>A dataset as the input of a run.</summary>
internal sealed class RunInput
{
    public required long RunKey { get; init; }
    public required long DatasetKey { get; init; }
}

/// <summary>What the input was to the run, such as its context: training or test.</summary>
internal sealed class RunInputTag
{
    public const int KeyLengthMax = 255;
    public const int ValueLengthMax = 500;

    /// <summary>The tag that says what the dataset was used for.</summary>
    public const string Context = "mlflow.data.context";

    public required long RunKey { get; init; }
    public required long DatasetKey { get; init; }
    public required string Key { get; init; }
    public required string Value { get; init; }
}

/// <summary>A logged model that a run has read or made.</summary>
internal sealed class RunModel
{
    public required long RunKey { get; init; }
    public required bool IsOutput { get; init; }
    public required string ModelId { get; init; }
    public required long Step { get; init; }
}

internal sealed class InputDatasetTable : IEntityTypeConfiguration<InputDataset>
{
    public void Configure(EntityTypeBuilder<InputDataset> builder)
    {
        builder.ToTable("tracking_datasets");
        builder.HasKey(dataset => dataset.Key);
        builder.HasIndex(dataset => new { dataset.ExperimentKey, dataset.Name, dataset.Digest }).IsUnique();
        builder.Property(dataset => dataset.Name).HasMaxLength(InputDataset.NameLengthMax);
        builder.Property(dataset => dataset.Digest).HasMaxLength(InputDataset.DigestLengthMax);
    }
}

internal sealed class RunInputTable : IEntityTypeConfiguration<RunInput>
{
    public void Configure(EntityTypeBuilder<RunInput> builder)
    {
        builder.ToTable("tracking_inputs").IsClustered();
        builder.HasKey(input => new { input.RunKey, input.DatasetKey });
        builder.HasIndex(input => input.DatasetKey);
    }
}

internal sealed class RunInputTagTable : IEntityTypeConfiguration<RunInputTag>
{
    public void Configure(EntityTypeBuilder<RunInputTag> builder)
    {
        builder.ToTable("tracking_input_tags").IsClustered();
        builder.HasKey(tag => new { tag.RunKey, tag.DatasetKey, tag.Key });
        builder.Property(tag => tag.Key).HasMaxLength(RunInputTag.KeyLengthMax);
        builder.Property(tag => tag.Value).HasMaxLength(RunInputTag.ValueLengthMax);
    }
}

internal sealed class RunModelTable : IEntityTypeConfiguration<RunModel>
{
    public void Configure(EntityTypeBuilder<RunModel> builder)
    {
        builder.ToTable("tracking_run_models").IsClustered();
        builder.HasKey(model => new { model.RunKey, model.IsOutput, model.ModelId });
        builder.HasIndex(model => model.ModelId);
        builder.Property(model => model.ModelId).HasMaxLength(64);
    }
}
