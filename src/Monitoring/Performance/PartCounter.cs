using System.Diagnostics;
using Assay.Kernel;
using Assay.Monitoring.Concept;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Reviews;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Performance;

/// <summary>
/// Counts what came to an endpoint's prediction log, each row once: how far a part is counted is saved together with the counts.
/// A part that has become a file is looked through for predictions whose labels came first.
/// </summary>
internal sealed class PartCounter(AssayDb db, IPredictionLog log, Tallies tallies, ReviewQueue reviews, ConceptFeed concept)
{
    private const int AskedAtOnce = 500;
    private const int RestPerWork = 19;
    private static readonly TimeSpan WorkMax = TimeSpan.FromMilliseconds(100);

    /// <summary>Counts the parts with calls since a time.</summary>
    public async Task Run(string endpoint, DateTimeOffset since, CancellationToken cancel)
    {
        var parts = await log.Parts(endpoint, since, DateTimeOffset.MaxValue, cancel);
        var counted = await db.CountedParts.AsNoTracking().Where(row => row.Endpoint == endpoint && row.To >= since).ToDictionaryAsync(row => row.Part, cancel);
        foreach (var part in parts.Reverse())
        {
            var former = counted.GetValueOrDefault(part.Id);
            if (former?.IsDone != true && (part.IsFile || part.Calls > (former?.Calls ?? 0)))
                await Count(endpoint, part, cancel);
        }
    }

    private async Task Count(string endpoint, PredictionPart part, CancellationToken cancel)
    {
        var state = await db.StateOf(endpoint, cancel);
        var tally = await tallies.For(endpoint, state, (part.Model, part.Version), cancel);
        var row = await db.CountedParts.SingleOrDefaultAsync(row => row.Part == part.Id, cancel);
        if (row is null)
            db.CountedParts.Add(row = new() { Part = part.Id, Endpoint = endpoint, To = part.To });
        row.To = part.To;
        if (tally is not null)
            await Read(endpoint, part, new(tally, state, row), cancel);
        row.IsDone = part.IsFile;
        state.Revision++;
        await db.SaveChangesAsync(cancel);
        db.ChangeTracker.Clear();
    }

    private async Task Read(string endpoint, PredictionPart part, Counting counting, CancellationToken cancel)
    {
        var (tally, state, row) = counting;
        var isAwaited = await db.Outcomes.AnyAsync(outcome => outcome.Endpoint == endpoint && outcome.State == OutcomeState.Waiting, cancel);
        var from = part.IsFile && isAwaited ? 0 : row.Places;
        var began = Stopwatch.GetTimestamp();
        await foreach (var rows in log.Read(endpoint, part.Id, from, tally.Inputs, cancel))
        {
            var sums = new WindowSums();
            foreach (var answer in rows.Rows)
            {
                if (answer.Place >= row.Places && tally.Counts(answer))
                    tally.AddPrediction(sums, answer, rows.Kept);
            }

            var joined = isAwaited ? await Join(endpoint, rows, tally, sums, cancel) : [];
            await concept.Take(endpoint, joined.ConvertAll(tally.Lesson), cancel);
            (row.Places, row.Calls) = (Math.Max(row.Places, rows.Next), Math.Max(row.Calls, rows.Calls));
            await sums.Write(db, endpoint, state, cancel);
            await reviews.Add(endpoint, part, tally.Picks.Take(), cancel);
            await db.SaveChangesAsync(cancel);
            joined.ForEach(outcome => db.Entry(outcome).State = EntityState.Detached);
            await Rest(began, cancel);
            began = Stopwatch.GetTimestamp();
        }
    }

    // Nearly all of the time: at a quarter it took a tenth of the requests from a busy endpoint (bench/serving, logged), and nobody waits for it.
    private static Task Rest(long began, CancellationToken cancel)
    {
        var worked = Stopwatch.GetElapsedTime(began);
        return Task.Delay((worked < WorkMax ? worked : WorkMax) * RestPerWork, cancel);
    }

    private async Task<List<Outcome>> Join(string endpoint, AnsweredRows rows, Tally tally, WindowSums sums, CancellationToken cancel)
    {
        var joined = new List<Outcome>();
        foreach (var some in rows.Rows.Where(answer => tally.Counts(answer)).Chunk(AskedAtOnce))
        {
            List<string> ids = [.. some.Select(answer => answer.Id).Distinct()];
            var waiting = await db.Outcomes
                .Where(outcome => outcome.Endpoint == endpoint && outcome.State == OutcomeState.Waiting && ids.Contains(outcome.Prediction))
                .ToListAsync(cancel);
            if (waiting.Count == 0)
                continue;
            var answers = some.ToLookup(answer => (answer.Id, answer.Row));
            foreach (var outcome in waiting.Where(outcome => answers.Contains((outcome.Prediction, outcome.Row))))
            {
                tally.Join(sums, outcome, answers[(outcome.Prediction, outcome.Row)].Last(), rows.Kept);
                joined.Add(outcome);
            }
        }

        return joined;
    }

    private sealed record Counting(Tally Tally, CountState State, CountedPart Row);
}

internal static class CountStateReading
{
    extension(AssayDb db)
    {
        /// <summary>How far an endpoint's log is counted; made when there is no row yet.</summary>
        public async Task<CountState> StateOf(string endpoint, CancellationToken cancel)
        {
            var state = await db.CountStates.SingleOrDefaultAsync(row => row.Endpoint == endpoint, cancel);
            if (state is null)
                db.CountStates.Add(state = new() { Endpoint = endpoint });
            return state;
        }
    }
}
