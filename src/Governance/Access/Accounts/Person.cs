using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Governance.Access.Accounts;

/// <summary>
/// A human who may be given rights. Whatever names the person elsewhere, the ledger above all, does it by <see cref="Id"/>,
/// which says nothing about who it is.
/// </summary>
internal sealed class Person
{
    /// <summary><c>person:</c> and 12 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>What the person signs in as; lower case, unique.</summary>
    public required string UserName { get; set; }
    public required string DisplayName { get; set; }
    public string? Email { get; set; }

    /// <summary>The person's id in the directory that it came from.</summary>
    public string? ExternalId { get; set; }

    /// <summary>An inactive person has no rights, and neither have the tokens, sessions and service accounts that rest on it.</summary>
    public required bool Active { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class PersonTable : IEntityTypeConfiguration<Person>
{
    public void Configure(EntityTypeBuilder<Person> builder)
    {
        builder.ToTable("governance_people").IsRecorded();
        builder.HasKey(person => person.Id);
        builder.Property(person => person.Id).HasMaxLength(AccountId.Length);
        builder.Property(person => person.UserName).HasMaxLength(200);
        builder.Property(person => person.DisplayName).HasMaxLength(200);
        builder.Property(person => person.Email).HasMaxLength(320);
        builder.Property(person => person.ExternalId).HasMaxLength(200);
        builder.HasIndex(person => person.UserName).IsUnique();
        builder.HasIndex(person => person.ExternalId);
    }
}
