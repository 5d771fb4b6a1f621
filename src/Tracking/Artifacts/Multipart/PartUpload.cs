using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Artifacts.Multipart;

/// <summary>A file that is sent in parts, from its beginning until a day later.</summary>
internal sealed class PartUpload : IProjectOwned
{
    public string Project { get; private set; } = "";

    /// <summary>32 hexadecimal digits, of which nobody else has the same.</summary>
    public required string Id { get; init; }

    /// <summary>Where the file will be.</summary>
    public required string Path { get; init; }

    /// <summary>How many parts it may have.</summary>
    public required int Parts { get; init; }

    public required DateTimeOffset BegunAt { get; init; }

    /// <summary>Whether the file is there: who repeats the end of an upload is told so.</summary>
    public bool IsComplete { get; set; }
}

/// <summary>A part that has arrived; its bytes are a blob.</summary>
internal sealed class UploadedPart : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string UploadId { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }
    public required string Digest { get; set; }
    public long SizeBytes { get; set; }
}

internal sealed class PartUploadTable : IEntityTypeConfiguration<PartUpload>
{
    public void Configure(EntityTypeBuilder<PartUpload> builder)
    {
        builder.ToTable("tracking_uploads");
        builder.HasKey(upload => new { upload.Project, upload.Id });
        builder.HasIndex(upload => upload.BegunAt);
        builder.Property(upload => upload.Id).HasMaxLength(32);
        builder.Property(upload => upload.Path).HasMaxLength(ArtifactPath.LengthMax);
    }
}

internal sealed class UploadedPartTable : IEntityTypeConfiguration<UploadedPart>
{
    public void Configure(EntityTypeBuilder<UploadedPart> builder)
    {
        builder.ToTable("tracking_upload_parts");
        builder.HasKey(part => new { part.Project, part.UploadId, part.Number });
        builder.Property(part => part.UploadId).HasMaxLength(32);
        builder.Property(part => part.Digest).HasMaxLength(71);
    }
}
