using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Serving.Endpoints;
using Assay.Serving.Rollouts.Judging;
using Assay.Serving.Rollouts.Plans;
using Assay.Serving.Rollouts.Rules;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Serving.Rollouts;

/// <summary>A roll-out: what was planned, where it stands, and what happened.</summary>
internal sealed class Rollout : IProjectOwned
{
    private const int MomentsMax = 200;

    /// <summary>What happens when a step lasts longer than planned, because a rule could not be judged.</summary>
    public const string Held = "held";

    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Endpoint { get; init; }
    public required string Model { get; init; }
    public required RolloutStrategy Strategy { get; init; }
    public required int StableVersion { get; init; }
    public required string PlanJson { get; init; }
    public required string ArmsJson { get; init; }

    /// <summary>So that a key falls on other arms in another roll-out.</summary>
    public required string Salt { get; init; }

    public RolloutState State { get; set; } = RolloutState.Running;
    public int Step { get; set; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset StepStartedAt { get; set; }
    public DateTimeOffset? PausedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? Reason { get; set; }
    public string TimelineJson { get; set; } = "[]";

    /// <summary>True while it goes on, else null: an endpoint has one such row at most.</summary>
    public bool? Active { get; set; } = true;

    public int Revision { get; set; }

    public RolloutPlan Plan => JsonSerializer.Deserialize<RolloutPlan>(PlanJson, AssayJson.Options)!;

    public IReadOnlyList<RolloutArm> Arms => JsonSerializer.Deserialize<List<RolloutArm>>(ArmsJson, AssayJson.Options)!;

    public IReadOnlyList<RolloutMoment> Timeline => JsonSerializer.Deserialize<List<RolloutMoment>>(TimelineJson, AssayJson.Options)!;

    /// <summary>Share of the candidates now.</summary>
    public int WeightPercent => State switch
    {
        RolloutState.Promoted => 100,
        RolloutState.RolledBack or RolloutState.Aborted => 0,
        _ => Plan.Steps![Step].WeightPercent,
    };

    /// <summary>Whether that was said of the present step.</summary>
    public bool IsHeld => Timeline.Any(moment => moment.What == Held && moment.Step == Step + 1);

    public void Add(RolloutMoment moment) =>
        TimelineJson = JsonSerializer.Serialize(Timeline.Append(moment).TakeLast(MomentsMax), AssayJson.Options);

    public void End(RolloutState state, string? reason, DateTimeOffset now) =>
        (State, Reason, EndedAt, PausedAt, Active) = (state, reason, now, null, null);

    public RolloutSummary ToSummary() => new(
        Id, Endpoint, Model, Strategy, State, StableVersion, Arms, Step + 1, Plan.Steps!.Count, WeightPercent, Reason, StartedAt, EndedAt);
}

internal sealed class RolloutTable : IEntityTypeConfiguration<Rollout>
{
    public void Configure(EntityTypeBuilder<Rollout> builder)
    {
        builder.ToTable("serving_rollouts");
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Id).HasMaxLength(40);
        builder.Property(row => row.Endpoint).HasMaxLength(EndpointName.LengthMax);
        builder.Property(row => row.Model).HasMaxLength(100);
        builder.Property(row => row.Salt).HasMaxLength(40);
        builder.Property(row => row.Revision).IsConcurrencyToken();
        builder.HasIndex(row => new { row.Project, row.Endpoint, row.Active }).IsUnique();
        builder.Ignore(row => row.Plan);
        builder.Ignore(row => row.Arms);
        builder.Ignore(row => row.Timeline);
        builder.Ignore(row => row.WeightPercent);
        builder.Ignore(row => row.IsHeld);
        builder.IsRecorded();
    }
}

/// <summary>What an arm did in the present step, as of the last evaluation: figures, which a restart goes on from.</summary>
internal sealed class KeptTally : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Rollout { get; init; }
    public required string Arm { get; init; }
    public int Step { get; set; }
    public string EvidenceJson { get; set; } = "";

    public ArmEvidence ToEvidence() => JsonSerializer.Deserialize<ArmEvidence>(EvidenceJson, AssayJson.Options)!;

    /// <summary>In the place of an arm's figures, under <see cref="RuleWatch.AllArms"/>: what the rules over metrics remember of all steps.</summary>
    public RuleMemory ToMemory() => JsonSerializer.Deserialize<RuleMemory>(EvidenceJson, AssayJson.Options)!;

    public void Keep(RuleMemory memory, int step) => (Step, EvidenceJson) = (step, JsonSerializer.Serialize(memory, AssayJson.Options));

    public void Keep(ArmEvidence evidence, int step) => (Step, EvidenceJson) = (step, JsonSerializer.Serialize(evidence, AssayJson.Options));
}

internal sealed class KeptTallyTable : IEntityTypeConfiguration<KeptTally>
{
    public void Configure(EntityTypeBuilder<KeptTally> builder)
    {
        builder.ToTable("serving_rollout_tallies");
        builder.HasKey(row => new { row.Rollout, row.Arm });
        builder.Property(row => row.Rollout).HasMaxLength(40);
        builder.Property(row => row.Arm).HasMaxLength(30);
    }
}

internal static class RolloutTables
{
    extension(AssayDb db)
    {
        public DbSet<Rollout> Rollouts => db.Set<Rollout>();

        public DbSet<KeptTally> RolloutTallies => db.Set<KeptTally>();

        /// <summary>The roll-out that goes on at an endpoint, to be changed; null when none does.</summary>
        public Task<Rollout?> ActiveRollout(string endpoint, CancellationToken cancel) =>
            db.Rollouts.SingleOrDefaultAsync(row => row.Endpoint == endpoint && row.Active == true, cancel);
    }
}
