using Assay.Governance.Access.Accounts;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Governance.SignIn.Oidc;

/// <summary>That a subject of an OpenID provider is an account here.</summary>
internal sealed class ExternalLogin
{
    public required string Id { get; init; }

    /// <summary>The provider, as its tokens name it.</summary>
    public required string Issuer { get; init; }

    /// <summary>Who it is there: for a program that calls by client credentials mostly its client id.</summary>
    public required string Subject { get; init; }

    /// <summary>A person or a service account.</summary>
    public required string PrincipalId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class ExternalLoginTable : IEntityTypeConfiguration<ExternalLogin>
{
    public void Configure(EntityTypeBuilder<ExternalLogin> builder)
    {
        builder.ToTable("governance_external_logins").IsRecorded();
        builder.HasKey(login => login.Id);
        builder.Property(login => login.Id).HasMaxLength(32);
        builder.Property(login => login.Issuer).HasMaxLength(300);
        builder.Property(login => login.Subject).HasMaxLength(255);
        builder.Property(login => login.PrincipalId).HasMaxLength(AccountId.Length);
        builder.HasIndex(login => new { login.Issuer, login.Subject }).IsUnique();
        builder.HasIndex(login => login.PrincipalId);
    }
}

internal static class ExternalLoginTables
{
    extension(AssayDb db)
    {
        public DbSet<ExternalLogin> ExternalLogins => db.Set<ExternalLogin>();
    }
}
