using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Monitoring.Alerts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Incidents;

internal sealed class Incident : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Title { get; set; }
    public required string Endpoint { get; init; }
    public required AlertSeverity Severity { get; set; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required string OpenedBy { get; init; }
    public string? Owner { get; set; }
    public string? CorrectiveAction { get; set; }
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>Ids of its alerts, one a line.</summary>
    public string Alerts { get; set; } = "";
    public string? Cause { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public string? ClosedBy { get; set; }
    public int Revision { get; set; }

    public IReadOnlyList<string> AlertList => Alerts.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public bool IsOverdue(DateTimeOffset now) => ClosedAt is null && DueAt < now;

    public IncidentSummary ToSummary(DateTimeOffset now) => new(
        Id, Title, Endpoint, Severity, ClosedAt is null, IsOverdue(now), OpenedAt, OpenedBy, Owner, CorrectiveAction, DueAt, AlertList, Cause, ClosedAt, ClosedBy);
}

internal sealed class IncidentTable : IEntityTypeConfiguration<Incident>
{
    public void Configure(EntityTypeBuilder<Incident> builder)
    {
        builder.ToTable("monitoring_incidents");
        builder.HasKey(incident => incident.Id);
        builder.HasIndex(incident => new { incident.Project, incident.Id });

        // Critical alerts of one endpoint that come while its incident is open belong to it.
        builder.HasIndex(incident => new { incident.Project, incident.Endpoint, incident.ClosedAt });
        builder.HasIndex(incident => new { incident.ClosedAt, incident.DueAt });
        builder.Property(incident => incident.Id).HasMaxLength(32);
        builder.Property(incident => incident.Title).HasMaxLength(200);
        builder.Property(incident => incident.Endpoint).HasMaxLength(200);
        builder.Property(incident => incident.OpenedBy).HasMaxLength(80);
        builder.Property(incident => incident.Owner).HasMaxLength(80);
        builder.Property(incident => incident.CorrectiveAction).HasMaxLength(2000);
        builder.Property(incident => incident.Cause).HasMaxLength(2000);
        builder.Property(incident => incident.ClosedBy).HasMaxLength(80);
        builder.Property(incident => incident.Revision).IsConcurrencyToken();
        builder.Ignore(incident => incident.AlertList);
        builder.IsRecorded();
    }
}

internal static class IncidentTables
{
    extension(AssayDb db)
    {
        public DbSet<Incident> Incidents => db.Set<Incident>();
    }
}
