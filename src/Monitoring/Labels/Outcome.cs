using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Labels;

/// <summary>Where what was posted about a prediction stands.</summary>
public enum OutcomeState
{
    /// <summary>Not looked up in the prediction log yet.</summary>
    New,

    /// <summary>Its prediction is not in the log, which may still come.</summary>
    Waiting,

    /// <summary>Counted with its prediction.</summary>
    Joined,

    /// <summary>Counted with a former value, which is about to be taken out.</summary>
    Changed,
}

/// <summary>
/// What became of a prediction: its label, or a number of the business. It remembers what it was counted with, so that a
/// correction can take out exactly that. Rows grow with what is posted and go with their days; the ledger has each posting by
/// its counts and digest.
/// </summary>
internal sealed class Outcome : IProjectOwned
{
    /// <summary>Name of the outcome that is the label.</summary>
    public const string Label = "";

    public string Project { get; private set; } = "";
    public required string Endpoint { get; init; }
    public required string Prediction { get; init; }
    public required int Row { get; init; }

    /// <summary>Name of the number; <see cref="Label"/> for the label.</summary>
    public required string Name { get; init; }

    /// <summary>As it was posted.</summary>
    public required string Text { get; set; }

    /// <summary>The number; 1 for the positive class of two and 0 for the other; of several, the <see cref="ClassNumber"/>.</summary>
    public required double Value { get; set; }

    public DateTimeOffset? At { get; set; }
    public DateTimeOffset PostedAt { get; set; }
    public OutcomeState State { get; set; }

    /// <summary>How often another value took the place of the one before.</summary>
    public int Corrections { get; set; }

    /// <summary>When the prediction was made; null before it is found, as all of the following.</summary>
    public DateTimeOffset? PredictedAt { get; set; }

    public string? Model { get; set; }
    public int? Version { get; set; }
    public double? Score { get; set; }

    /// <summary>What a model of several classes answered (<c>AnsweredClass</c>); null for others.</summary>
    public string? AnswerJson { get; set; }

    /// <summary>The value that was counted.</summary>
    public double? Counted { get; set; }

    /// <summary>Segments in which it was counted: feature and value in turn, as a JSON array.</summary>
    public string? SegmentsJson { get; set; }

    /// <summary>Two who change one row: the second reads again.</summary>
    public int Revision { get; set; }
}

internal sealed class OutcomeTable : IEntityTypeConfiguration<Outcome>
{
    public const int PredictionLengthMax = 128;

    public void Configure(EntityTypeBuilder<Outcome> builder)
    {
        builder.ToTable("monitoring_outcomes");
        builder.HasKey(row => new { row.Project, row.Endpoint, row.Prediction, row.Row, row.Name });
        builder.HasIndex(row => new { row.Project, row.Endpoint, row.State });
        builder.HasIndex(row => new { row.Project, row.Endpoint, row.PostedAt });
        builder.Property(row => row.Endpoint).HasMaxLength(200);
        builder.Property(row => row.Prediction).HasMaxLength(PredictionLengthMax);
        builder.Property(row => row.Name).HasMaxLength(100);
        builder.Property(row => row.Text).HasMaxLength(200);
        builder.Property(row => row.Model).HasMaxLength(100);
        builder.Property(row => row.Revision).IsConcurrencyToken();
    }
}
