using Assay.Governance.Access.Accounts;
using Assay.Governance.SignIn;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Governance.Access;

/// <summary>An access token. Only a hash of its secret is stored.</summary>
internal sealed class AccessToken
{
    public required string Id { get; init; }
    public required string Name { get; init; }

    /// <summary>The account that it acts for: a person or a service account. The server writes no null, and nobody gets in by one.</summary>
    public required string? PrincipalId { get; set; }

    /// <summary>What it may do at most: the name of a role, or permissions with a space between them; null for all that its account may.</summary>
    public required string? Scope { get; set; }

    /// <summary>The one project in which it is good; null for all.</summary>
    public required string? BoundProject { get; init; }

    /// <summary>SHA-256 of the whole token, hexadecimal. The secret has 256 random bits, so a slow hash would add nothing.</summary>
    public required string Hash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>To about a minute; null for never.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
}

/// <summary>A project: the unit of isolation between teams.</summary>
internal sealed class ProjectRow
{
    public required string Name { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A one-time code that signs a browser in as the holder of a token.</summary>
internal sealed class SignInCode : ISignInRow
{
    public required string Hash { get; init; }
    public required string TokenId { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public string Mac { get; set; } = "";

    string ISignInRow.Says => FormattableString.Invariant($"sign-in code\n{Hash}\n{TokenId}\n{ExpiresAt.ToUnixTimeMilliseconds()}");
}

internal sealed class AccessTokenTable : IEntityTypeConfiguration<AccessToken>
{
    public void Configure(EntityTypeBuilder<AccessToken> builder)
    {
        builder.ToTable("governance_tokens").IsRecorded();
        builder.HasKey(token => token.Id);
        builder.Property(token => token.Id).HasMaxLength(12);
        builder.Property(token => token.Name).HasMaxLength(100);
        builder.Property(token => token.PrincipalId).HasMaxLength(AccountId.Length);
        builder.Property(token => token.Scope).HasColumnName("role").HasMaxLength(4000);   // its name since before there were lists
        builder.Property(token => token.LastUsedAt).IsNotRecorded();
        builder.Property(token => token.BoundProject).HasMaxLength(63);
        builder.Property(token => token.Hash).HasMaxLength(64);
        builder.HasIndex(token => token.Hash).IsUnique();
        builder.HasIndex(token => token.PrincipalId);
    }
}

internal sealed class ProjectRowTable : IEntityTypeConfiguration<ProjectRow>
{
    public void Configure(EntityTypeBuilder<ProjectRow> builder)
    {
        builder.ToTable("governance_projects").IsRecorded();
        builder.HasKey(project => project.Name);
        builder.Property(project => project.Name).HasMaxLength(63);
    }
}

internal sealed class SignInCodeTable : IEntityTypeConfiguration<SignInCode>
{
    public void Configure(EntityTypeBuilder<SignInCode> builder)
    {
        builder.ToTable("governance_sign_in_codes");
        builder.HasKey(code => code.Hash);
        builder.Property(code => code.Hash).HasMaxLength(64);
        builder.Property(code => code.TokenId).HasMaxLength(12);
        builder.Property(code => code.Mac).HasMaxLength(SignInMacs.Length);
    }
}

internal static class AccessTables
{
    extension(AssayDb db)
    {
        public DbSet<AccessToken> Tokens => db.Set<AccessToken>();

        public DbSet<ProjectRow> Projects => db.Set<ProjectRow>();

        public DbSet<SignInCode> SignInCodes => db.Set<SignInCode>();
    }
}
