using Assay.Governance.Access.Accounts;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Governance.SignIn;

/// <summary>How a browser was signed in.</summary>
public enum SignInMethod
{
    /// <summary>By user name and password.</summary>
    Password,

    /// <summary>By an access token typed into the form.</summary>
    Token,

    /// <summary>By a one-time link that rests on an access token.</summary>
    Link,

    /// <summary>By a one-time link with which the person chose a password.</summary>
    PasswordLink,

    /// <summary>By the OpenID provider.</summary>
    Oidc,
}

/// <summary>
/// A browser that is signed in. Its cookie names the row; without the row the cookie is worth nothing. Not recorded: the
/// ledger says when sessions begin and end, and a row changes with every use.
/// </summary>
internal sealed class Session : ISignInRow
{
    /// <summary>24 random hexadecimal digits. No secret: the cookie that names it is sealed.</summary>
    public required string Id { get; init; }

    /// <summary>The account that is signed in.</summary>
    public required string PrincipalId { get; init; }

    /// <summary>The token that the session rests on, and that limits and ends it; null for one of the account itself.</summary>
    public required string? TokenId { get; init; }
    public required SignInMethod Method { get; init; }

    /// <summary>What the browser calls itself, cut short; so that people recognize their own.</summary>
    public required string? Browser { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Last use, to about a minute.</summary>
    public required DateTimeOffset SeenAt { get; set; }
    public string Mac { get; set; } = "";

    string ISignInRow.Says => FormattableString.Invariant($"session\n{Id}\n{PrincipalId}\n{TokenId ?? "-"}\n{Method}\n{CreatedAt.ToUnixTimeMilliseconds()}");
}

internal sealed class SessionTable : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("governance_sessions");
        builder.HasKey(session => session.Id);
        builder.Property(session => session.Id).HasMaxLength(24);
        builder.Property(session => session.PrincipalId).HasMaxLength(AccountId.Length);
        builder.Property(session => session.TokenId).HasMaxLength(12);
        builder.Property(session => session.Mac).HasMaxLength(SignInMacs.Length);
        builder.Property(session => session.Browser).HasMaxLength(200);
        builder.HasIndex(session => session.PrincipalId);
        builder.HasIndex(session => session.SeenAt);
    }
}

internal static class SignInTables
{
    extension(AssayDb db)
    {
        public DbSet<Session> Sessions => db.Set<Session>();

        public DbSet<Password> Passwords => db.Set<Password>();

        public DbSet<PasswordLink> PasswordLinks => db.Set<PasswordLink>();

        public DbSet<FailedSignIn> FailedSignIns => db.Set<FailedSignIn>();
    }
}
