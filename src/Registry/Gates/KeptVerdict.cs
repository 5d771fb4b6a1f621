using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Gates;

/// <summary>A kept <see cref="GateVerdict"/>.</summary>
internal sealed class KeptVerdict : IProjectOwned
{
    public string Project { get; private set; } = "";

    /// <summary>A version 7 identifier: later verdicts sort after earlier ones.</summary>
    public required string Id { get; init; }
    public required string Model { get; init; }
    public required int Version { get; init; }
    public required string Stage { get; init; }
    public required bool Passed { get; init; }
    public required string RulesJson { get; init; }
    public required string PolicyDigest { get; init; }
    public int? PolicyNumber { get; init; }
    public required DateTimeOffset At { get; init; }

    public GateVerdict ToVerdict() =>
        new(Passed, JsonSerializer.Deserialize<List<GateRuleResult>>(RulesJson, AssayJson.Options)!, PolicyDigest, At, PolicyNumber);
}

internal sealed class KeptVerdictTable : IEntityTypeConfiguration<KeptVerdict>
{
    public void Configure(EntityTypeBuilder<KeptVerdict> builder)
    {
        builder.ToTable("registry_verdicts");
        builder.HasKey(verdict => verdict.Id);
        builder.HasIndex(verdict => new { verdict.Project, verdict.Model, verdict.Version });
        builder.Property(verdict => verdict.Id).HasMaxLength(32);
        builder.Property(verdict => verdict.Model).HasMaxLength(RegisteredModel.NameLengthMax);
        builder.Property(verdict => verdict.Stage).HasMaxLength(40);
        builder.Property(verdict => verdict.PolicyDigest).HasMaxLength(80);
        builder.IsRecorded();
    }
}
