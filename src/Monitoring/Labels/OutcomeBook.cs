using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Labels;

/// <summary>What is said of a prediction.</summary>
internal sealed record Said(string Prediction, int Row, string Name, string Text, double Value, DateTimeOffset? At);

/// <summary>Takes what is posted about predictions: new, known, or in the place of another value. Saves nothing itself.</summary>
internal sealed class OutcomeBook(AssayDb db, TimeProvider clock)
{
    private const int AtOnce = 500;

    /// <summary>Takes one after the other what was said, so that what one request says twice is as if two had said it.</summary>
    public async Task<(int Added, int Unchanged, int Corrected)> Take(string endpoint, IReadOnlyList<Said> all, CancellationToken cancel)
    {
        var (added, unchanged, corrected) = (0, 0, 0);
        var known = new Dictionary<(string, int, string), Outcome>();
        foreach (var some in all.Chunk(AtOnce))
        {
            foreach (var row in await Known(endpoint, [.. some.Select(said => said.Prediction).Distinct()], cancel))
                known.TryAdd((row.Prediction, row.Row, row.Name), row);
            foreach (var said in some)
            {
                if (!known.TryGetValue((said.Prediction, said.Row, said.Name), out var row))
                {
                    known.Add((said.Prediction, said.Row, said.Name), Add(endpoint, said));
                    added++;
                }
                else if (row.Value == said.Value)
                {
                    unchanged++;
                }
                else
                {
                    Correct(row, said);
                    corrected++;
                }
            }
        }

        return (added, unchanged, corrected);
    }

    /// <summary>Saves; whoever posted the same at the same moment is asked to do it again.</summary>
    public async Task Save(CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException problem) when (StorageTrouble.IsLost(problem))   // the same predictions were posted about, or joined, between our reading and our writing
        {
            throw Refusal.Conflict("Some of these predictions were written about at the same moment: send the request again.");
        }
    }

    private Task<List<Outcome>> Known(string endpoint, List<string> ids, CancellationToken cancel) =>
        db.Outcomes.Where(row => row.Endpoint == endpoint && ids.Contains(row.Prediction)).ToListAsync(cancel);

    private Outcome Add(string endpoint, Said said)
    {
        var row = new Outcome
        {
            Endpoint = endpoint,
            Prediction = said.Prediction,
            Row = said.Row,
            Name = said.Name,
            Text = said.Text,
            Value = said.Value,
            At = said.At,
            PostedAt = clock.GetUtcNow(),
            State = OutcomeState.New,
        };
        db.Outcomes.Add(row);
        return row;
    }

    private void Correct(Outcome row, Said said)
    {
        (row.Text, row.Value, row.At, row.PostedAt) = (said.Text, said.Value, said.At, clock.GetUtcNow());
        row.Corrections++;
        row.Revision++;
        if (row.Counted is not null)
            row.State = row.Counted == row.Value ? OutcomeState.Joined : OutcomeState.Changed;
    }
}
