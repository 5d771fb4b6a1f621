using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Serving.Endpoints;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Serving.PredictionLog.Policies;

/// <summary>What is logged at an endpoint and for how long; where there is no row, the installation's defaults count.</summary>
internal sealed class LogPolicy : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Endpoint { get; init; }
    public bool Enabled { get; set; }
    public int KeepDays { get; set; }

    /// <summary>Names of inputs, as a JSON array.</summary>
    public string LeftOut { get; set; } = "[]";

    /// <summary>Names of inputs, as a JSON array.</summary>
    public string Hashed { get; set; } = "[]";

    /// <summary>
    /// Digest of the blob with the key of the hashes: 256 random bits that nobody knows. Made once, for under another one equal
    /// values would not be told any more.
    /// </summary>
    public required string HashKey { get; init; }
}

internal sealed class LogPolicyTable : IEntityTypeConfiguration<LogPolicy>
{
    public void Configure(EntityTypeBuilder<LogPolicy> builder)
    {
        builder.ToTable("serving_prediction_logs");
        builder.HasKey(row => new { row.Project, row.Endpoint });
        builder.Property(row => row.Endpoint).HasMaxLength(EndpointName.LengthMax);
        builder.Property(row => row.HashKey).HasMaxLength(80);
        builder.IsRecorded();
    }
}

internal static class LogPolicyTables
{
    extension(AssayDb db)
    {
        public DbSet<LogPolicy> LogPolicies => db.Set<LogPolicy>();
    }
}

/// <summary>What an endpoint's prediction log keeps was changed; it holds for calls from now on, and the days for all.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Enabled">Whether calls are logged.</param>
/// <param name="KeepDays">Days that they are kept.</param>
/// <param name="LeftOut">Inputs that are not kept.</param>
/// <param name="Hashed">Inputs that are kept as hashes.</param>
public sealed record PredictionLogChanged(
    string Endpoint, bool Enabled, int KeepDays, IReadOnlyList<string> LeftOut, IReadOnlyList<string> Hashed)
    : LedgerEvent("predictions.log-changed", $"endpoint:{Endpoint}");
