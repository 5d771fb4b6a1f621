using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.LoggedRows;

/// <summary>A comparison of logged rows that was made. No row of the log is kept with it.</summary>
internal abstract class KeptComparison : IProjectOwned
{
    public string Project { get; private set; } = "";

    /// <summary>A version 7 identifier: later comparisons sort after earlier ones.</summary>
    public required string Id { get; init; }
    public required string Endpoint { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string ResultJson { get; init; }
}

/// <summary>The same, by what it found.</summary>
internal abstract class KeptComparison<TResult> : KeptComparison
{
    public TResult Result => JsonSerializer.Deserialize<TResult>(ResultJson, AssayJson.Options)!;
}

internal abstract class KeptComparisonTable<TRow, TResult>(string name) : IEntityTypeConfiguration<TRow>
    where TRow : KeptComparison<TResult>
{
    public void Configure(EntityTypeBuilder<TRow> builder)
    {
        builder.ToTable(name);
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.Project, row.Endpoint, row.Id });
        builder.Property(row => row.Id).HasMaxLength(32);
        builder.Property(row => row.Endpoint).HasMaxLength(200);
        builder.Ignore(row => row.Result);
    }
}

internal static class KeptComparisons
{
    extension(AssayDb db)
    {
        /// <summary>The newest comparison of the version that answers; null when there is none.</summary>
        public Task<TRow?> LastComparison<TRow>(ServedEndpoint served, CancellationToken cancel)
            where TRow : KeptComparison => db.Set<TRow>().AsNoTracking()
                .Where(row => row.Endpoint == served.Name && row.Version == served.Version).OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancel);

        /// <summary>The newest comparisons of an endpoint, newest first.</summary>
        public Task<List<TRow>> NewestComparisons<TRow>(string endpoint, int count, CancellationToken cancel)
            where TRow : KeptComparison => db.Set<TRow>().AsNoTracking()
                .Where(row => row.Endpoint == endpoint).OrderByDescending(row => row.Id).Take(count).ToListAsync(cancel);

        /// <summary>Deletes all of an endpoint but the newest ones.</summary>
        public async Task ForgetComparisons<TRow>(string endpoint, int kept, CancellationToken cancel)
            where TRow : KeptComparison
        {
            var rows = db.Set<TRow>().Where(row => row.Endpoint == endpoint);
            var newest = await rows.OrderByDescending(row => row.Id).Skip(kept).Select(row => row.Id).FirstOrDefaultAsync(cancel);
            if (newest is not null)
                await rows.Where(row => row.Id.CompareTo(newest) <= 0).ExecuteDeleteAsync(cancel);
        }
    }
}
