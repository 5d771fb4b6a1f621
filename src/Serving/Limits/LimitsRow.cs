using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Serving.Endpoints;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Serving.Limits;

/// <summary>The limits of an endpoint.</summary>
internal sealed class LimitsRow : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Endpoint { get; init; }

    /// <summary><see cref="EndpointLimits"/> as JSON.</summary>
    public string Limits { get; set; } = "{}";
}

internal sealed class LimitsTable : IEntityTypeConfiguration<LimitsRow>
{
    public void Configure(EntityTypeBuilder<LimitsRow> builder)
    {
        builder.ToTable("serving_endpoint_limits");
        builder.HasKey(row => new { row.Project, row.Endpoint });
        builder.Property(row => row.Endpoint).HasMaxLength(EndpointName.LengthMax);
        builder.IsRecorded();
    }
}

internal static class LimitsTables
{
    extension(AssayDb db)
    {
        public DbSet<LimitsRow> EndpointLimits => db.Set<LimitsRow>();
    }
}

/// <summary>What an endpoint lets through was changed.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Limits">The limits from now on.</param>
public sealed record EndpointLimitsChanged(string Endpoint, EndpointLimits Limits)
    : LedgerEvent("endpoint.limits-changed", $"endpoint:{Endpoint}");
