using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Serving.Endpoints;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Serving.Limits;

/// <summary>What a caller used of an endpoint's quotas on a day, in all replicas.</summary>
internal sealed class QuotaUse : IProjectOwned
{
    public const int CallerLengthMax = 300;

    public string Project { get; private set; } = "";
    public required string Endpoint { get; init; }
    public required DateOnly Day { get; init; }
    public required string Caller { get; init; }
    public long Requests { get; init; }
    public long Rows { get; init; }
}

internal sealed class QuotaUseTable : IEntityTypeConfiguration<QuotaUse>
{
    public void Configure(EntityTypeBuilder<QuotaUse> builder)
    {
        builder.ToTable("serving_quota_uses");
        builder.HasKey(row => new { row.Project, row.Endpoint, row.Day, row.Caller });
        builder.Property(row => row.Endpoint).HasMaxLength(EndpointName.LengthMax);
        builder.Property(row => row.Caller).HasMaxLength(QuotaUse.CallerLengthMax);
    }
}

/// <summary>Brings what callers used into the database, and what other replicas counted from there.</summary>
internal static class KeptQuotas
{
    private const int CallersAtOnce = 500;

    extension(AssayDb db)
    {
        public DbSet<QuotaUse> QuotaUses => db.Set<QuotaUse>();

        /// <summary>Reads what was kept of today.</summary>
        public async Task ReadQuotas(UsedDay day, string project, string endpoint, CancellationToken cancel)
        {
            if (day.IsRead)
                return;
            var kept = db.QuotaUses.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking()
                .Where(row => row.Project == project && row.Endpoint == endpoint && row.Day == day.Date).AsAsyncEnumerable();
            await foreach (var row in kept.WithCancellation(cancel))
                day.Of(row.Caller).Learn(row.Requests, row.Rows);
            day.IsRead = true;
        }

        /// <summary>Adds what is new, in one transaction, and takes over the sums.</summary>
        public async Task KeepQuotas(UsedDay day, string endpoint, CancellationToken cancel)
        {
            if (day.TakeNew() is not { Count: > 0 } uses)
                return;
            try
            {
                await using var transaction = await db.Database.BeginTransactionAsync(cancel);
                foreach (var use in uses)
                    await Add(db, endpoint, day.Date, use, cancel);
                await db.SaveChangesAsync(cancel);
                await transaction.CommitAsync(cancel);
            }
            catch
            {
                day.GiveBack(uses);
                throw;
            }

            foreach (var callers in uses.Select(use => use.Caller).Chunk(CallersAtOnce))
            {
                var kept = await db.QuotaUses.AsNoTracking()
                    .Where(row => row.Endpoint == endpoint && row.Day == day.Date && callers.Contains(row.Caller)).ToListAsync(cancel);
                kept.ForEach(row => day.Of(row.Caller).Learn(row.Requests, row.Rows));
            }
        }

        /// <summary>Deletes what was used before a day: nobody is judged by it any more.</summary>
        public Task ForgetQuotas(DateOnly before, CancellationToken cancel) => db.QuotaUses.Where(row => row.Day < before).ExecuteDeleteAsync(cancel);
    }

    private static async Task Add(AssayDb db, string endpoint, DateOnly day, NewUse use, CancellationToken cancel)
    {
        var changed = await db.QuotaUses.Where(row => row.Endpoint == endpoint && row.Day == day && row.Caller == use.Caller).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Requests, row => row.Requests + use.Requests).SetProperty(row => row.Rows, row => row.Rows + use.Rows), cancel);
        if (changed == 0)
            db.QuotaUses.Add(new QuotaUse { Endpoint = endpoint, Day = day, Caller = use.Caller, Requests = use.Requests, Rows = use.Rows });
    }
}
