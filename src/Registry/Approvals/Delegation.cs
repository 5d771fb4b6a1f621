using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Approvals;

/// <summary>That one person may sit in another's place on the lists of approvers, for some time.</summary>
internal sealed class Delegation : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Id { get; init; }

    /// <summary>The person who is away.</summary>
    public required string FromPerson { get; init; }

    /// <summary>The person who decides meanwhile.</summary>
    public required string ToPerson { get; init; }
    public required DateTimeOffset StartsAt { get; init; }
    public required DateTimeOffset EndsAt { get; init; }
    public DateTimeOffset? EndedAt { get; set; }

    public bool IsGoodAt(DateTimeOffset moment) => StartsAt <= moment && moment < EndsAt && (EndedAt is null || moment < EndedAt);
}

internal sealed class DelegationTable : IEntityTypeConfiguration<Delegation>
{
    public void Configure(EntityTypeBuilder<Delegation> builder)
    {
        builder.ToTable("registry_delegations").IsRecorded();
        builder.HasKey(delegation => delegation.Id);
        builder.HasIndex(delegation => new { delegation.Project, delegation.ToPerson });
        builder.Property(delegation => delegation.Id).HasMaxLength(32);
        builder.Property(delegation => delegation.FromPerson).HasMaxLength(40);
        builder.Property(delegation => delegation.ToPerson).HasMaxLength(40);
    }
}
