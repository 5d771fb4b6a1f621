using Assay.Kernel;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Reviews;

/// <summary>Predictions of an endpoint that wait for a human: a bounded number of each kind. Saves nothing itself.</summary>
internal sealed class ReviewQueue(AssayDb db, TimeProvider clock)
{
    /// <summary>Reviews of one kind that wait at an endpoint.</summary>
    public const int KindMax = 100;

    /// <summary>Queues what was picked of a part of the log, as far as there is room; what waits already, or was decided, is not queued again.</summary>
    public async Task Add(string endpoint, PredictionPart part, List<Pick> picked, CancellationToken cancel)
    {
        if (picked.Count == 0)
            return;
        List<string> ids = [.. picked.Select(pick => pick.Prediction).Distinct()];
        var known = (await db.Reviews.Where(row => row.Endpoint == endpoint && ids.Contains(row.Prediction)).Select(row => new { row.Prediction, row.Row }).ToListAsync(cancel))
            .Concat(await db.Verdicts.Where(row => row.Endpoint == endpoint && ids.Contains(row.Prediction)).Select(row => new { row.Prediction, row.Row }).ToListAsync(cancel))
            .Select(row => (row.Prediction, row.Row)).ToHashSet();
        foreach (var kind in picked.GroupBy(pick => pick.Kind))
        {
            var room = KindMax - await db.Reviews.CountAsync(row => row.Endpoint == endpoint && row.Kind == kind.Key, cancel);
            foreach (var pick in kind.Where(pick => known.Add((pick.Prediction, pick.Row))).Take(Math.Max(0, room)))
            {
                var now = clock.GetUtcNow();
                db.Reviews.Add(new()
                {
                    Id = Guid.CreateVersion7(now).ToString("N"),
                    Endpoint = endpoint,
                    Prediction = pick.Prediction,
                    Row = pick.Row,
                    Kind = pick.Kind,
                    PredictedAt = pick.PredictedAt,
                    Model = part.Model!,
                    Version = part.Version!.Value,
                    Score = pick.Score,
                    Class = pick.Class,
                    Part = part.Id,
                    QueuedAt = now,
                });
            }
        }
    }
}
