using Assay.Governance.Access.Accounts;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Governance.Access.Bindings;

/// <summary>Whether a binding gives a role's permissions or takes them away. A denial wins over everything.</summary>
public enum BindingEffect
{
    /// <summary>Gives them.</summary>
    Allow,

    /// <summary>Takes them away, whatever other bindings give.</summary>
    Deny,
}

/// <summary>That a principal has a role, or is denied it: everywhere, in one project, or on one resource.</summary>
internal sealed class Binding
{
    public required string Id { get; init; }

    /// <summary>Id of a person, a group or a service account.</summary>
    public required string PrincipalId { get; init; }

    /// <summary>Name of a built-in or a custom role.</summary>
    public required string Role { get; init; }
    public required BindingEffect Effect { get; init; }

    /// <summary>Null for the whole installation.</summary>
    public required string? Project { get; init; }

    /// <summary>Such as <c>models</c>; null for all of the project.</summary>
    public required string? ResourceKind { get; init; }
    public required string? ResourceName { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class BindingTable : IEntityTypeConfiguration<Binding>
{
    public void Configure(EntityTypeBuilder<Binding> builder)
    {
        builder.ToTable("governance_bindings").IsRecorded();
        builder.HasKey(binding => binding.Id);
        builder.Property(binding => binding.Id).HasMaxLength(32);
        builder.Property(binding => binding.PrincipalId).HasMaxLength(AccountId.Length);
        builder.Property(binding => binding.Role).HasMaxLength(63);
        builder.Property(binding => binding.Project).HasMaxLength(63);
        builder.Property(binding => binding.ResourceKind).HasMaxLength(40);
        builder.Property(binding => binding.ResourceName).HasMaxLength(200);
        builder.HasIndex(binding => binding.PrincipalId);
    }
}

internal static class BindingTables
{
    extension(AssayDb db)
    {
        public DbSet<Binding> Bindings => db.Set<Binding>();
    }
}
