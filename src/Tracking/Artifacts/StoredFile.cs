using System.Runtime.CompilerServices;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Projects;
using Assay.Tracking.Artifacts.Multipart;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Artifacts;

/// <summary>
/// A file of a run or a logged model, or a folder that has some. Its path is a key and never a place on a disk: the bytes
/// are a blob, so the same file of two runs is stored once.
/// </summary>
internal sealed class StoredFile : IProjectOwned
{
    public string Project { get; private set; } = "";

    /// <summary>The folder that it is in, without slashes at its ends; empty for the root.</summary>
    public required string Folder { get; init; }
    public required string Name { get; init; }

    /// <summary>Digest of the bytes; null for a folder.</summary>
    public string? Digest { get; set; }
    public long SizeBytes { get; set; }
    public required DateTimeOffset StoredAt { get; set; }
}

internal sealed class StoredFileTable : IEntityTypeConfiguration<StoredFile>
{
    public void Configure(EntityTypeBuilder<StoredFile> builder)
    {
        builder.ToTable("tracking_files");
        builder.HasKey(file => new { file.Project, file.Folder, file.Name });
        builder.Property(file => file.Folder).HasMaxLength(ArtifactPath.LengthMax);
        builder.Property(file => file.Name).HasMaxLength(ArtifactPath.LengthMax);
        builder.Property(file => file.Digest).HasMaxLength(71);
    }
}

/// <summary>The blobs that files of runs and logged models name, and parts of files that are on their way.</summary>
internal sealed class FileBlobs : IBlobNames
{
    public async IAsyncEnumerable<string> All(AssayDb db, [EnumeratorCancellation] CancellationToken cancel)
    {
        var digests = db.StoredFiles.IgnoreQueryFilters([AssayDb.ProjectFilter]).Where(file => file.Digest != null).Select(file => file.Digest!);
        await foreach (var digest in digests.AsAsyncEnumerable().WithCancellation(cancel))
            yield return digest;
        var parts = db.Set<UploadedPart>().IgnoreQueryFilters([AssayDb.ProjectFilter]).Select(part => part.Digest);
        await foreach (var digest in parts.AsAsyncEnumerable().WithCancellation(cancel))
            yield return digest;
    }
}
