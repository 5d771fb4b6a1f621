using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Routes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Silences;

/// <summary>For a time, alerts like these are raised and shown, and told to nobody.</summary>
internal sealed class AlertSilence : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Endpoint { get; init; }
    public required string? Source { get; init; }

    /// <summary>Alerts above this severity are told all the same.</summary>
    public required AlertSeverity SeverityMax { get; init; }
    public required DateTimeOffset From { get; init; }

    /// <summary>It expires by itself; ended by hand, that is then.</summary>
    public required DateTimeOffset To { get; set; }
    public required string By { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public string? EndedBy { get; set; }
    public int Revision { get; set; }

    public bool Covers(Alert alert, DateTimeOffset now) =>
        From <= now && now < To && alert.Severity <= SeverityMax && Matching.Fits(Endpoint, alert.Endpoint) && (Source is null || Source == alert.Source);

    public SilenceSummary ToSummary(DateTimeOffset now) => new(Id, Endpoint, Source, SeverityMax, From, To, By, Reason, EndedBy, From <= now && now < To);
}

internal sealed class AlertSilenceTable : IEntityTypeConfiguration<AlertSilence>
{
    public void Configure(EntityTypeBuilder<AlertSilence> builder)
    {
        builder.ToTable("monitoring_silences");
        builder.HasKey(silence => silence.Id);
        builder.HasIndex(silence => new { silence.Project, silence.To });
        builder.Property(silence => silence.Id).HasMaxLength(32);
        builder.Property(silence => silence.Endpoint).HasMaxLength(200);
        builder.Property(silence => silence.Source).HasMaxLength(AlertTable.SourceLengthMax);
        builder.Property(silence => silence.By).HasMaxLength(80);
        builder.Property(silence => silence.EndedBy).HasMaxLength(80);
        builder.Property(silence => silence.Reason).HasMaxLength(500);
        builder.Property(silence => silence.Revision).IsConcurrencyToken();
        builder.IsRecorded();
    }
}

internal sealed record SilenceCreated(string Id, string Endpoint, string? Source, AlertSeverity SeverityMax, DateTimeOffset From, DateTimeOffset To, string Reason)
    : LedgerEvent("silence.created", $"silence:{Id}");

internal sealed record SilenceEnded(string Id) : LedgerEvent("silence.ended", $"silence:{Id}");

/// <summary>The silences that hold.</summary>
internal sealed class SilenceBook(AssayDb db)
{
    private List<AlertSilence>? _active;

    /// <summary>Until when an alert is told to nobody; null when no silence covers it.</summary>
    public async Task<DateTimeOffset?> Until(Alert alert, DateTimeOffset now, CancellationToken cancel)
    {
        _active ??= await db.Silences.AsNoTracking().Where(silence => silence.To > now).ToListAsync(cancel);
        return _active.Where(silence => silence.Covers(alert, now)).Select(silence => (DateTimeOffset?)silence.To).Max();
    }
}
