using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Serving.Endpoints;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>A file of the log: the calls of one endpoint, one model and one hour, or a part of them.</summary>
internal sealed class PredictionFile : IProjectOwned
{
    public string Project { get; private set; } = "";

    /// <summary>That of the segment which it was made of: so nothing is stored twice after a crash.</summary>
    public required string Id { get; init; }

    public required string Endpoint { get; init; }
    public DateTimeOffset Hour { get; init; }
    public DateTimeOffset From { get; init; }
    public DateTimeOffset To { get; init; }
    public string? Model { get; init; }
    public int? Version { get; init; }
    public string? ModelDigest { get; init; }

    /// <summary>Digest of the file.</summary>
    public required string Digest { get; init; }

    public long SizeBytes { get; init; }
    public long Calls { get; init; }
    public long Failures { get; init; }
    public long Rows { get; init; }
}

internal sealed class PredictionFileTable : IEntityTypeConfiguration<PredictionFile>
{
    public void Configure(EntityTypeBuilder<PredictionFile> builder)
    {
        builder.ToTable("serving_prediction_files");
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Id).HasMaxLength(32);
        builder.Property(row => row.Endpoint).HasMaxLength(EndpointName.LengthMax);
        builder.Property(row => row.Model).HasMaxLength(100);
        builder.Property(row => row.ModelDigest).HasMaxLength(80);
        builder.Property(row => row.Digest).HasMaxLength(80);
        builder.HasIndex(row => new { row.Project, row.Endpoint, row.To });
        builder.IsRecorded();
    }
}

internal static class PredictionTables
{
    extension(AssayDb db)
    {
        public DbSet<PredictionFile> PredictionFiles => db.Set<PredictionFile>();
    }
}

/// <summary>Calls of an endpoint became a file of the prediction log: from now on a changed call is found.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="File">Id of the file.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Calls">Calls in it.</param>
/// <param name="From">Beginning of the first.</param>
/// <param name="To">Beginning of the last.</param>
public sealed record PredictionsStored(string Endpoint, string File, string Digest, long Calls, DateTimeOffset From, DateTimeOffset To)
    : LedgerEvent("predictions.stored", $"endpoint:{Endpoint}");

/// <summary>Files of the prediction log are deleted, because their days are over or somebody wanted it.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Files">Ids of the files.</param>
/// <param name="Calls">Calls in them.</param>
/// <param name="Before">They held calls from before this time alone.</param>
public sealed record PredictionsRemoved(string Endpoint, IReadOnlyList<string> Files, long Calls, DateTimeOffset Before)
    : LedgerEvent(EventType, $"endpoint:{Endpoint}")
{
    /// <summary>By which readers of the ledger know it.</summary>
    public const string EventType = "predictions.removed";
}
