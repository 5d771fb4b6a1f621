using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Governance.Access.Accounts;

/// <summary>An account for a program. A human owns it and answers for what it does.</summary>
internal sealed class ServiceAccount
{
    /// <summary><c>service:</c> and 12 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Unique, in the form of a project's name.</summary>
    public required string Name { get; init; }

    /// <summary>Id of the person who answers for it. While that person is inactive the account has no rights.</summary>
    public required string Owner { get; set; }
    public required string? Description { get; set; }
    public required bool Active { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class ServiceAccountTable : IEntityTypeConfiguration<ServiceAccount>
{
    public void Configure(EntityTypeBuilder<ServiceAccount> builder)
    {
        builder.ToTable("governance_service_accounts").IsRecorded();
        builder.HasKey(account => account.Id);
        builder.Property(account => account.Id).HasMaxLength(AccountId.Length);
        builder.Property(account => account.Name).HasMaxLength(63);
        builder.Property(account => account.Owner).HasMaxLength(AccountId.Length);
        builder.Property(account => account.Description).HasMaxLength(500);
        builder.HasIndex(account => account.Name).IsUnique();
        builder.HasIndex(account => account.Owner);
    }
}

internal static class AccountTables
{
    extension(AssayDb db)
    {
        public DbSet<Person> People => db.Set<Person>();

        public DbSet<Group> Groups => db.Set<Group>();

        public DbSet<GroupMember> GroupMembers => db.Set<GroupMember>();

        public DbSet<ServiceAccount> ServiceAccounts => db.Set<ServiceAccount>();
    }
}
