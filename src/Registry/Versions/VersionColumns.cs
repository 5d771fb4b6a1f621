using Assay.Registry.Models;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Versions;

/// <summary>What tables have in common whose rows are about a version.</summary>
internal static class VersionColumns
{
    private const int IdLength = 32;
    private const int DigestLengthMax = 80;

    /// <summary>An identifier of version 7 as the key; the model's name, the version's number and the digest of its files, found by the first two.</summary>
    public static EntityTypeBuilder<T> IsAboutVersion<T>(this EntityTypeBuilder<T> builder)
        where T : class
    {
        builder.HasKey("Id");
        builder.Property<string>("Id").HasMaxLength(IdLength);
        builder.Property<string>("Model").HasMaxLength(RegisteredModel.NameLengthMax);
        builder.Property<string>("Digest").HasMaxLength(DigestLengthMax);
        builder.HasIndex("Project", "Model", "Version");
        return builder;
    }
}
