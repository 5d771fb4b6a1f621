using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>Takes files of an endpoint's log away; their bytes go with the next sweep.</summary>
internal sealed class FileRemoval(AssayDb db, ILedger ledger, IBlobSweeper sweeper)
{
    private const int AtOnce = 200;

    /// <summary>Removes the files whose calls all began before that time.</summary>
    /// <returns>Calls in them.</returns>
    public async Task<long> Before(string endpoint, DateTimeOffset before, CancellationToken cancel)
    {
        var calls = 0L;
        while (true)
        {
            var files = await db.PredictionFiles.Where(row => row.Endpoint == endpoint && row.To < before)
                .OrderBy(row => row.To).Take(AtOnce).ToListAsync(cancel);
            if (files.Count == 0)
                return calls;
            db.PredictionFiles.RemoveRange(files);
            var gone = files.Sum(file => file.Calls);
            ledger.Append(new PredictionsRemoved(endpoint, files.ConvertAll(file => file.Id), gone, before));
            await db.SaveChangesAsync(cancel);
            sweeper.Soon();
            calls += gone;
        }
    }
}
