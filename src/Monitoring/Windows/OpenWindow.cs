using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Windows;

/// <summary>Counts of an endpoint since its last evaluation: one row of constant size, to which each flush adds.</summary>
internal sealed class OpenWindow : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Endpoint { get; init; }
    public int Version { get; private set; }
    public string Digest { get; private set; } = "";
    public long Rows { get; private set; }
    public string CountsJson { get; private set; } = "";

    /// <summary>Calls that were refused as the schema doesn't allow them: a window may have these alone.</summary>
    public long Refused { get; private set; }

    /// <summary>What became of the calls; null in rows from before that was counted.</summary>
    public string? CallsJson { get; private set; }

    /// <summary>The operations of its minutes; null where there was none with enough calls.</summary>
    public string? OperationsJson { get; private set; }
    public DateTimeOffset From { get; private set; }
    public DateTimeOffset To { get; private set; }

    /// <summary>Two replicas may flush at once: whoever is second finds another revision, reads again and adds to it.</summary>
    public int Revision { get; private set; }

    public ModelWindow Counts => JsonSerializer.Deserialize<ModelWindow>(CountsJson, AssayJson.Options)!;

    public AskedCalls Calls => CallsJson is null ? AskedCalls.None : JsonSerializer.Deserialize<AskedCalls>(CallsJson, AssayJson.Options)!;

    /// <summary>
    /// Adds what was taken. When another version answers now, its counts take the place of the former one's: what those
    /// rows would tell is of a model that is gone.
    /// </summary>
    public void Add(EndpointWindow taken, DateTimeOffset now)
    {
        var continues = Digest == taken.Endpoint.Digest && Version == taken.Endpoint.Version && CountsJson.Length > 0;
        var counts = continues ? Counts.Merge(taken.Counts) : taken.Counts;
        var calls = continues ? Calls.Merge(taken.Calls) : taken.Calls;
        (Refused, CallsJson) = (calls.Refused, JsonSerializer.Serialize(calls, AssayJson.Options));
        OperationsJson = continues ? OperationsJson : null;
        From = continues ? From : now;
        To = now;
        (Version, Digest) = (taken.Endpoint.Version, taken.Endpoint.Digest);
        (Rows, CountsJson) = (counts.Rows, JsonSerializer.Serialize(counts, AssayJson.Options));
        Revision++;
    }

    /// <summary>Adds minutes of the version whose counts it has.</summary>
    public void Add(OperationMinutes minutes) =>
        OperationsJson = OperationFigures.Write(OperationFigures.Merge(OperationFigures.Read(OperationsJson), minutes.Figures));
}

internal sealed class OpenWindowTable : IEntityTypeConfiguration<OpenWindow>
{
    public void Configure(EntityTypeBuilder<OpenWindow> builder)
    {
        builder.ToTable("monitoring_open_windows");
        builder.HasKey(window => new { window.Project, window.Endpoint });
        builder.Property(window => window.Endpoint).HasMaxLength(200);
        builder.Property(window => window.Digest).HasMaxLength(100);
        builder.Property(window => window.Revision).IsConcurrencyToken();
        builder.Ignore(window => window.Counts);
        builder.Ignore(window => window.Calls);
    }
}
