using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Approvals;

/// <summary>What became of a request.</summary>
public enum RequestState
{
    /// <summary>It waits for decisions, or for the promotion that they allow.</summary>
    Open,

    /// <summary>Who asked for it wants it no more.</summary>
    Withdrawn,

    /// <summary>The version is in the stage.</summary>
    Promoted,
}

/// <summary>That somebody asks for a version to enter a stage. The decisions on it are signed statements, not rows.</summary>
internal sealed class ApprovalRequest : IProjectOwned
{
    public const int ReasonLengthMax = 4000;

    public string Project { get; private set; } = "";

    /// <summary>A version 7 identifier: later requests sort after earlier ones.</summary>
    public required string Id { get; init; }
    public required string Model { get; init; }
    public required int Version { get; init; }
    public required string Digest { get; init; }
    public required string Stage { get; init; }
    public required string Reason { get; init; }

    /// <summary>Actor who asked.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>Ids of people whose attention is asked for, separated by spaces.</summary>
    public required string Mentions { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Of two changes at once the second is refused.</summary>
    public required RequestState State { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>When those who may decide were reminded; once.</summary>
    public DateTimeOffset? RemindedAt { get; set; }
}

/// <summary>A remark on a request.</summary>
internal sealed class RequestComment : IProjectOwned
{
    public string Project { get; private set; } = "";

    /// <summary>A version 7 identifier.</summary>
    public required string Id { get; init; }
    public required string RequestId { get; init; }
    public required string Author { get; init; }
    public required string Text { get; init; }
    public required string Mentions { get; init; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class ApprovalRequestTable : IEntityTypeConfiguration<ApprovalRequest>
{
    public void Configure(EntityTypeBuilder<ApprovalRequest> builder)
    {
        builder.ToTable("registry_approval_requests").IsAboutVersion().IsRecorded();
        builder.HasIndex(request => new { request.Project, request.State, request.Id });
        builder.Property(request => request.Stage).HasMaxLength(40);
        builder.Property(request => request.Reason).HasMaxLength(ApprovalRequest.ReasonLengthMax);
        builder.Property(request => request.RequestedBy).HasMaxLength(100);
        builder.Property(request => request.Mentions).HasMaxLength(2000);
        builder.Property(request => request.State).IsConcurrencyToken();
    }
}

internal sealed class RequestCommentTable : IEntityTypeConfiguration<RequestComment>
{
    public void Configure(EntityTypeBuilder<RequestComment> builder)
    {
        builder.ToTable("registry_request_comments").IsRecorded();
        builder.HasKey(comment => comment.Id);
        builder.HasIndex(comment => new { comment.Project, comment.RequestId });
        builder.Property(comment => comment.Id).HasMaxLength(32);
        builder.Property(comment => comment.RequestId).HasMaxLength(32);
        builder.Property(comment => comment.Author).HasMaxLength(100);
        builder.Property(comment => comment.Text).HasMaxLength(ApprovalRequest.ReasonLengthMax);
        builder.Property(comment => comment.Mentions).HasMaxLength(2000);
    }
}
