using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Pipelines.Trainings;

/// <summary>Counts how often a training was taken up, so that one that kills its server can't do so for ever.</summary>
internal sealed class TrainingAttempts(AssayDb db, TrainingEnd end, TimeProvider clock)
{
    private const int AttemptsMax = 3;

    /// <summary>The number of the new attempt; null when there is nothing left to do.</summary>
    public async Task<int?> Begin(string training, CancellationToken cancel)
    {
        var row = await db.Trainings.SingleOrDefaultAsync(candidate => candidate.Id == training, cancel);
        if (row is null || row.IsOver)
            return null;

        var now = clock.GetUtcNow();
        var earlier = await db.TrainingAttempts.Where(attempt => attempt.TrainingId == training).ToListAsync(cancel);
        foreach (var lost in earlier.Where(attempt => attempt.EndedAt is null))
            lost.EndedAt = now;

        if (earlier.Count(attempt => !attempt.HandedBack) >= AttemptsMax)
        {
            await end.Fail(
                row, $"The server ended {AttemptsMax} times while it worked on this training. Look at its log and memory, then start it anew.", cancel);
            return null;
        }

        var number = earlier.Count + 1;
        db.TrainingAttempts.Add(new TrainingAttempt { TrainingId = training, Number = number, StartedAt = now });
        await db.SaveChangesAsync(cancel);
        return number;
    }

    public async Task End(string training, int number, bool handedBack, CancellationToken cancel)
    {
        var attempt = await db.TrainingAttempts.SingleAsync(row => row.TrainingId == training && row.Number == number, cancel);
        attempt.EndedAt = clock.GetUtcNow();
        attempt.HandedBack = handedBack;
        await db.SaveChangesAsync(cancel);
    }
}
