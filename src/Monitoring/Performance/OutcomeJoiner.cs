using Assay.Governance;
using Assay.Kernel;
using Assay.Monitoring.Concept;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Reviews;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Performance;

/// <summary>Corrected labels changed what former windows say.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Corrected">How many labels.</param>
/// <param name="From">Time of the first prediction among them.</param>
/// <param name="To">Time of the last.</param>
internal sealed record PerformanceRestated(string Endpoint, int Corrected, DateTimeOffset From, DateTimeOffset To)
    : LedgerEvent("performance.restated", $"endpoint:{Endpoint}");

/// <summary>Looks up the predictions of what was posted, and counts it with them in the window of the prediction.</summary>
internal sealed class OutcomeJoiner(AssayDb db, IPredictionLog log, Tallies tallies, ReviewQueue reviews, ConceptFeed concept, ILedger ledger)
{
    private const int AtOnce = 5000;

    /// <summary>Looks up what is new. What is not in the log waits for it; see <see cref="PartCounter"/>.</summary>
    public async Task LookUp(string endpoint, CancellationToken cancel)
    {
        while (true)
        {
            var fresh = await db.Outcomes.Where(row => row.Endpoint == endpoint && row.State == OutcomeState.New)
                .OrderBy(row => row.PostedAt).ThenBy(row => row.Prediction).Take(AtOnce).ToListAsync(cancel);
            if (fresh.Count == 0)
                return;
            await Find(endpoint, fresh, cancel);
            foreach (var missing in fresh.Where(row => row.State == OutcomeState.New))
            {
                missing.State = OutcomeState.Waiting;
                missing.Revision++;
            }

            await db.SaveChangesAsync(cancel);
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Restates the windows of corrected labels.</summary>
    public async Task Correct(string endpoint, CancellationToken cancel)
    {
        while (true)
        {
            var changed = await db.Outcomes.Where(row => row.Endpoint == endpoint && row.State == OutcomeState.Changed)
                .OrderBy(row => row.Prediction).Take(AtOnce).ToListAsync(cancel);
            if (changed.Count == 0)
                return;
            var (state, sums) = (await db.StateOf(endpoint, cancel), new WindowSums());
            foreach (var version in changed.GroupBy(row => (row.Model, row.Version)))
            {
                var tally = await tallies.For(endpoint, state, version.Key, cancel);
                foreach (var row in version)
                    Restate(tally, sums, row);
            }

            await sums.Write(db, endpoint, state, cancel);
            ledger.Append(new PerformanceRestated(endpoint, changed.Count, changed.Min(row => row.PredictedAt!.Value), changed.Max(row => row.PredictedAt!.Value)));
            await db.SaveChangesAsync(cancel);
            db.ChangeTracker.Clear();
        }
    }

    // Without the version's papers, which went with its package, the former count stands.
    private static void Restate(Tally? tally, WindowSums sums, Outcome row)
    {
        if (tally is not null)
        {
            tally.Correct(sums, row);
            return;
        }

        row.State = OutcomeState.Joined;
        row.Revision++;
    }

    private async Task Find(string endpoint, List<Outcome> fresh, CancellationToken cancel)
    {
        var wanted = fresh.GroupBy(row => row.Prediction, StringComparer.Ordinal).ToDictionary(
            rows => rows.Key, rows => (When: log.TimesOf(rows.Key), Left: rows.ToList()), StringComparer.Ordinal);
        var parts = await log.Parts(endpoint, wanted.Values.Min(one => one.When.From), wanted.Values.Max(one => one.When.To), cancel);
        var (state, sums, lessons) = (await db.StateOf(endpoint, cancel), new WindowSums(), new List<Lesson>());
        foreach (var part in parts)
        {
            var ids = wanted.Where(one => one.Value.When.From <= part.To && one.Value.When.To >= part.From).Select(one => one.Key).ToHashSet(StringComparer.Ordinal);
            if (ids.Count == 0 || await tallies.For(endpoint, state, (part.Model, part.Version), cancel) is not { } tally)
                continue;
            await foreach (var rows in log.Find(endpoint, part.Id, ids, tally.Inputs, cancel))
            {
                // From the last one on: of several calls with one id the newest counts.
                foreach (var answer in rows.Rows.Where(answer => tally.Counts(answer)).Reverse())
                    lessons.AddRange(Join(wanted, tally, sums, answer, rows.Kept));
            }

            await reviews.Add(endpoint, part, tally.Picks.Take(), cancel);
        }

        await concept.Take(endpoint, lessons, cancel);
        await sums.Write(db, endpoint, state, cancel);
    }

    private static List<Lesson> Join(
        Dictionary<string, ((DateTimeOffset, DateTimeOffset) When, List<Outcome> Left)> wanted, Tally tally, WindowSums sums, AnsweredRow answer, IReadOnlyList<bool> kept)
    {
        if (!wanted.TryGetValue(answer.Id, out var one))
            return [];
        var lessons = new List<Lesson>();
        foreach (var outcome in one.Left.Where(outcome => outcome.Row == answer.Row).ToList())
        {
            tally.Join(sums, outcome, answer, kept);
            lessons.Add(tally.Lesson(outcome));
            one.Left.Remove(outcome);
        }

        if (one.Left.Count == 0)
            wanted.Remove(answer.Id);
        return lessons;
    }
}
