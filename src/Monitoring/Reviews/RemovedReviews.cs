using Assay.Governance;
using Assay.Kernel;
using Assay.Serving.PredictionLog.Files;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Reviews;

/// <summary>
/// Takes reviews out of the queue whose calls were removed from the prediction log: nobody could look at them any more, and a
/// label would find no prediction. The ledger says which files went, so doing it twice, or after a restart, does no harm.
/// </summary>
internal sealed class RemovedReviews(AssayDb db, ILedgerMemory ledger)
{
    /// <summary>Looks at what was removed from an endpoint's log since a time.</summary>
    public async Task Run(string endpoint, DateTimeOffset since, CancellationToken cancel)
    {
        var oldest = await db.Reviews.Where(row => row.Endpoint == endpoint).OrderBy(row => row.PredictedAt)
            .Select(row => (DateTimeOffset?)row.PredictedAt).FirstOrDefaultAsync(cancel);
        if (oldest is not { } first)
            return;
        await foreach (var removed in ledger.Read(new([$"endpoint:{endpoint}"], [PredictionsRemoved.EventType], first > since ? first : since), cancel))
        {
            List<string?> files = [.. removed.Data.GetProperty("files").EnumerateArray().Select(file => file.GetString())];
            var before = removed.Data.GetProperty("before").GetDateTimeOffset();
            await db.Reviews
                .Where(row => row.Endpoint == endpoint && (row.Part == null ? row.PredictedAt < before : files.Contains(row.Part)))
                .ExecuteDeleteAsync(cancel);
        }
    }
}
