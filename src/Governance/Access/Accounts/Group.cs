using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Governance.Access.Accounts;

/// <summary>People and service accounts that are given rights together.</summary>
internal sealed class Group
{
    /// <summary><c>group:</c> and 12 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Unique; gate policies and sign-in name groups by it.</summary>
    public required string Name { get; set; }

    /// <summary>The group's id in the directory that it came from.</summary>
    public string? ExternalId { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>That an account belongs to a group.</summary>
internal sealed class GroupMember
{
    public required string GroupId { get; init; }

    /// <summary>A person or a service account.</summary>
    public required string PrincipalId { get; init; }
}

internal sealed class GroupTable : IEntityTypeConfiguration<Group>
{
    public void Configure(EntityTypeBuilder<Group> builder)
    {
        builder.ToTable("governance_groups").IsRecorded();
        builder.HasKey(group => group.Id);
        builder.Property(group => group.Id).HasMaxLength(AccountId.Length);
        builder.Property(group => group.Name).HasMaxLength(100);
        builder.Property(group => group.ExternalId).HasMaxLength(200);
        builder.HasIndex(group => group.Name).IsUnique();
        builder.HasIndex(group => group.ExternalId);
    }
}

internal sealed class GroupMemberTable : IEntityTypeConfiguration<GroupMember>
{
    public void Configure(EntityTypeBuilder<GroupMember> builder)
    {
        builder.ToTable("governance_group_members").IsRecorded();
        builder.HasKey(member => new { member.GroupId, member.PrincipalId });
        builder.Property(member => member.GroupId).HasMaxLength(AccountId.Length);
        builder.Property(member => member.PrincipalId).HasMaxLength(AccountId.Length);
        builder.HasIndex(member => member.PrincipalId);
    }
}
