using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Views;

/// <summary>What somebody wants to see of the runs of an experiment, under a name of theirs.</summary>
internal sealed class SavedView : IProjectOwned
{
    public const int NameLengthMax = 60;
    public const int QueryLengthMax = 4000;

    public string Project { get; private set; } = "";

    /// <summary>Whose it is: <c>person:…</c> or <c>service:…</c>.</summary>
    public required string Owner { get; init; }
    public required string ExperimentId { get; init; }
    public required string Name { get; init; }

    /// <summary>Filter, order and columns, as the query of the page's address.</summary>
    public required string Query { get; set; }
}

internal sealed class SavedViewTable : IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<SavedView> builder)
    {
        builder.ToTable("tracking_views");
        builder.HasKey(view => new { view.Project, view.Owner, view.ExperimentId, view.Name });
        builder.Property(view => view.Owner).HasMaxLength(100);
        builder.Property(view => view.ExperimentId).HasMaxLength(64);
        builder.Property(view => view.Name).HasMaxLength(SavedView.NameLengthMax);
        builder.Property(view => view.Query).HasMaxLength(SavedView.QueryLengthMax);
    }
}
