using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Monitoring.Alerts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Routes;

/// <summary>Whom to tell about which alerts, and how.</summary>
internal sealed class AlertRoute : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Name { get; set; }
    public required RouteKind Kind { get; init; }

    /// <summary>Server and port, for people.</summary>
    public string Target { get; set; } = "";
    public string? MailJson { get; set; }

    /// <summary>Address and secret, encrypted by a key that the key ring wraps.</summary>
    public byte[] Secrets { get; set; } = [];
    public byte[] SecretsKey { get; set; } = [];
    public int SecretsKeyVersion { get; set; }
    public bool HasSecret { get; set; }
    public AlertSeverity MinimumSeverity { get; set; }

    /// <summary>One a line; empty for all.</summary>
    public string Sources { get; set; } = "";
    public string Endpoint { get; set; } = "*";
    public int GroupSeconds { get; set; }
    public int RepeatMinutes { get; set; }
    public bool Resolved { get; set; }
    public string? OnCallJson { get; set; }
    public bool Active { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The ledger states a whole row at each change: whoever saves second must have read what the first wrote.</summary>
    public int Revision { get; set; }

    public MailTarget? Mail => MailJson is null ? null : JsonSerializer.Deserialize<MailTarget>(MailJson, AssayJson.Options);

    public OnCallRotation? OnCall => OnCallJson is null ? null : JsonSerializer.Deserialize<OnCallRotation>(OnCallJson, AssayJson.Options);

    public IReadOnlyList<string> SourceList => Sources.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether it tells alerts like this one.</summary>
    public bool Wants(Alert alert) =>
        Active && alert.Severity >= MinimumSeverity && Matching.Fits(Endpoint, alert.Endpoint) && (Sources.Length == 0 || SourceList.Contains(alert.Source));

    public AlertRouteSummary ToSummary(DateTimeOffset now, int waiting, string? problem) => new(
        Id, Name, Kind, Target, Mail, HasSecret, MinimumSeverity, SourceList, Endpoint, GroupSeconds, RepeatMinutes, Resolved, OnCall, Active)
    {
        OnCallNow = OnCall?.At(now),
        Waiting = waiting,
        Problem = problem,
    };
}

/// <summary>Names that may be beginnings.</summary>
internal static class Matching
{
    public static bool Fits(string pattern, string text) =>
        pattern.EndsWith('*') ? text.StartsWith(pattern[..^1], StringComparison.Ordinal) : text == pattern;
}

internal sealed class AlertRouteTable : IEntityTypeConfiguration<AlertRoute>
{
    public void Configure(EntityTypeBuilder<AlertRoute> builder)
    {
        builder.ToTable("monitoring_alert_routes");
        builder.HasKey(route => route.Id);
        builder.HasIndex(route => new { route.Project, route.Name }).IsUnique();
        builder.Property(route => route.Id).HasMaxLength(32);
        builder.Property(route => route.Name).HasMaxLength(100);
        builder.Property(route => route.Target).HasMaxLength(300);
        builder.Property(route => route.Endpoint).HasMaxLength(200);
        builder.Property(route => route.Revision).IsConcurrencyToken();
        builder.Ignore(route => route.Mail);
        builder.Ignore(route => route.OnCall);
        builder.Ignore(route => route.SourceList);
        builder.IsRecorded();
    }
}
