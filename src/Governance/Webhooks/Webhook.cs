using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Governance.Webhooks;

/// <summary>A subscription: whom to tell about which events.</summary>
internal sealed class Webhook : IProjectOwned
{
    public required string Id { get; init; }
    public string Project { get; private set; } = "";
    public required string Name { get; set; }
    public required string Url { get; set; }

    /// <summary>What it is good for, in words; null when nobody said.</summary>
    public string? Description { get; set; }

    /// <summary>Name of the format of its bodies; null for CloudEvents.</summary>
    public string? Format { get; init; }

    /// <summary>Types of events, one a line; a prefix where a line ends with an asterisk. Of a format of its own: the types of that.</summary>
    public required string Types { get; set; }

    /// <summary>Whether events of all projects are meant, and not those of its own alone.</summary>
    public required bool Everywhere { get; init; }

    /// <summary>The signing secret, wrapped by the key ring; never in clear. Empty where nothing is signed.</summary>
    public required byte[] Secret { get; set; }

    /// <summary>Version of the key that wraps it.</summary>
    public required int SecretVersion { get; set; }
    public required bool Active { get; set; }

    /// <summary>Why Assay itself paused it; null when a person did, or nobody.</summary>
    public string? PausedBecause { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a person last changed it; null for never.</summary>
    public DateTimeOffset? UpdatedAt { get; set; }
}

/// <summary>How far a webhook has come. It changes with every delivery, so it is no part of the recorded row.</summary>
internal sealed class WebhookProgress
{
    public required string WebhookId { get; init; }

    /// <summary>Place of the next entry that it has not seen.</summary>
    public required long NextPlace { get; set; }

    /// <summary>Attempts in a row that failed for that entry.</summary>
    public int Failures { get; set; }
    public DateTimeOffset? FailingSince { get; set; }
    public DateTimeOffset? NextAttemptAt { get; set; }

    public void Forgive() => (Failures, FailingSince, NextAttemptAt) = (0, null, null);
}

/// <summary>One attempt to deliver, kept for those who look for the reason of a failure.</summary>
internal sealed class WebhookAttempt
{
    public long Id { get; private set; }
    public required string WebhookId { get; init; }
    public required long Place { get; init; }
    public required string Type { get; init; }
    public required DateTimeOffset At { get; init; }
    public required int Milliseconds { get; init; }
    public required int? Status { get; init; }
    public required string? Problem { get; init; }
}

internal sealed class WebhookTable : IEntityTypeConfiguration<Webhook>
{
    public const int UrlMax = 2000;
    public const int TypesMax = 5000;

    public void Configure(EntityTypeBuilder<Webhook> builder)
    {
        builder.ToTable("governance_webhooks").IsRecorded();
        builder.HasKey(hook => hook.Id);
        builder.Property(hook => hook.Id).HasMaxLength(32);
        builder.Property(hook => hook.Name).HasMaxLength(100);
        builder.Property(hook => hook.Url).HasMaxLength(UrlMax);
        builder.Property(hook => hook.Types).HasMaxLength(TypesMax);
        builder.Property(hook => hook.Description).HasMaxLength(1000);
        builder.Property(hook => hook.Format).HasMaxLength(20);
        builder.Property(hook => hook.PausedBecause).HasMaxLength(1000);
        builder.HasIndex(hook => new { hook.Project, hook.Name }).IsUnique();
    }
}

internal sealed class WebhookProgressTable : IEntityTypeConfiguration<WebhookProgress>
{
    public void Configure(EntityTypeBuilder<WebhookProgress> builder)
    {
        builder.ToTable("governance_webhook_progress");
        builder.HasKey(progress => progress.WebhookId);
        builder.Property(progress => progress.WebhookId).HasMaxLength(32);
    }
}

internal sealed class WebhookAttemptTable : IEntityTypeConfiguration<WebhookAttempt>
{
    public void Configure(EntityTypeBuilder<WebhookAttempt> builder)
    {
        builder.ToTable("governance_webhook_attempts");
        builder.HasKey(attempt => attempt.Id);
        builder.Property(attempt => attempt.Id).ValueGeneratedOnAdd();
        builder.Property(attempt => attempt.WebhookId).HasMaxLength(32);
        builder.Property(attempt => attempt.Type).HasMaxLength(100);
        builder.Property(attempt => attempt.Problem).HasMaxLength(1000);
        builder.HasIndex(attempt => new { attempt.WebhookId, attempt.Id });
    }
}

internal static class WebhookTables
{
    extension(AssayDb db)
    {
        public DbSet<Webhook> Webhooks => db.Set<Webhook>();

        public DbSet<WebhookProgress> WebhookProgress => db.Set<WebhookProgress>();

        public DbSet<WebhookAttempt> WebhookAttempts => db.Set<WebhookAttempt>();
    }
}
