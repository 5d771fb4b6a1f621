using Assay.Governance.Access.Accounts;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Governance.SignIn;

/// <summary>A person's password, hashed. Recorded, so that a hash put there behind the server's back is found.</summary>
internal sealed class Password
{
    public required string PersonId { get; init; }

    /// <summary>In PHC string form, with the parameters that made it.</summary>
    public required string Hash { get; set; }
    public required DateTimeOffset ChangedAt { get; set; }
}

/// <summary>A one-time link with which a person chooses a password.</summary>
internal sealed class PasswordLink : ISignInRow
{
    /// <summary>SHA-256 of the code in the link.</summary>
    public required string Hash { get; init; }
    public required string PersonId { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public string Mac { get; set; } = "";

    string ISignInRow.Says => FormattableString.Invariant($"password link\n{Hash}\n{PersonId}\n{ExpiresAt.ToUnixTimeMilliseconds()}");
}

/// <summary>
/// Wrong passwords for one user name, whether or not somebody has that name: were only real names locked, the lock would
/// say which ones are real.
/// </summary>
internal sealed class FailedSignIn
{
    /// <summary>SHA-256 of the name: what is typed into the wrong field is not kept.</summary>
    public required string NameHash { get; init; }

    /// <summary>Attempts since the last success.</summary>
    public required int Attempts { get; init; }
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>Until then no password is looked at.</summary>
    public required DateTimeOffset LockedUntil { get; init; }
}

internal sealed class PasswordTable : IEntityTypeConfiguration<Password>
{
    public void Configure(EntityTypeBuilder<Password> builder)
    {
        builder.ToTable("governance_passwords").IsRecorded();
        builder.HasKey(password => password.PersonId);
        builder.Property(password => password.PersonId).HasMaxLength(AccountId.Length);
        builder.Property(password => password.Hash).HasMaxLength(200);
    }
}

internal sealed class PasswordLinkTable : IEntityTypeConfiguration<PasswordLink>
{
    public void Configure(EntityTypeBuilder<PasswordLink> builder)
    {
        builder.ToTable("governance_password_links");
        builder.HasKey(link => link.Hash);
        builder.Property(link => link.Hash).HasMaxLength(64);
        builder.Property(link => link.PersonId).HasMaxLength(AccountId.Length);
        builder.Property(link => link.Mac).HasMaxLength(SignInMacs.Length);
        builder.HasIndex(link => link.PersonId);
    }
}

internal sealed class FailedSignInTable : IEntityTypeConfiguration<FailedSignIn>
{
    public void Configure(EntityTypeBuilder<FailedSignIn> builder)
    {
        builder.ToTable("governance_failed_sign_ins");
        builder.HasKey(failed => failed.NameHash);
        builder.Property(failed => failed.NameHash).HasMaxLength(64);
        builder.HasIndex(failed => failed.LastAt);
    }
}
