using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Governance.Access.Roles;

/// <summary>A role that this installation made: a named set of permissions.</summary>
internal sealed class CustomRole
{
    public required string Name { get; init; }
    public required string? Description { get; set; }

    /// <summary>Names of permissions in ordinal order, with a space between them.</summary>
    public required string Permissions { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class CustomRoleTable : IEntityTypeConfiguration<CustomRole>
{
    public void Configure(EntityTypeBuilder<CustomRole> builder)
    {
        builder.ToTable("governance_roles").IsRecorded();
        builder.HasKey(role => role.Name);
        builder.Property(role => role.Name).HasMaxLength(63);
        builder.Property(role => role.Description).HasMaxLength(500);
        builder.Property(role => role.Permissions).HasMaxLength(4000);
    }
}

internal static class RoleTables
{
    extension(AssayDb db)
    {
        public DbSet<CustomRole> CustomRoles => db.Set<CustomRole>();
    }
}
