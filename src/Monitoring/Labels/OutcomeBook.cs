using Assay.Kernel;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Labels;

/// <summary>What is said of a prediction.</summary>
internal sealed record Said(string Prediction, int Row, string Name, string Text, double Value, DateTimeOffset? At);

/// <summary>Takes what is posted about predictions: new, known, or in the place of another value. Saves nothing itself.</summary>
internal sealed class OutcomeBook(AssayDb db, TimeProvider clock)
{
    private const int AtOnce = 500;

    /// <summary>Adds what was said; what is said twice in one request counts as said last.</summary>
    public async Task<(int Added, int Unchanged, int Corrected)> Take(string endpoint, IReadOnlyList<Said> all, CancellationToken cancel)
    {
        var (added, unchanged, corrected) = (0, 0, 0);
        var last = new Dictionary<(string, int, string), Said>();
        foreach (var said in all)
        {
            unchanged += last.ContainsKey((said.Prediction, said.Row, said.Name)) ? 1 : 0;
            last[(said.Prediction, said.Row, said.Name)] = said;
        }

        foreach (var some in last.Values.Chunk(AtOnce))
        {
            var known = await Known(endpoint, [.. some.Select(said => said.Prediction).Distinct()], cancel);
            foreach (var said in some)
            {
                if (!known.TryGetValue((said.Prediction, said.Row, said.Name), out var row))
                {
                    Add(endpoint, said);
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
        catch (DbUpdateException)   // the same predictions were posted about, or joined, between our reading and our writing
        {
            throw Refusal.Conflict("Some of these predictions were written about at the same moment: send the request again.");
        }
    }

    private async Task<Dictionary<(string, int, string), Outcome>> Known(string endpoint, List<string> ids, CancellationToken cancel) =>
        (await db.Outcomes.Where(row => row.Endpoint == endpoint && ids.Contains(row.Prediction)).ToListAsync(cancel))
            .ToDictionary(row => (row.Prediction, row.Row, row.Name));

    private void Add(string endpoint, Said said) => db.Outcomes.Add(new()
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
    });

    private void Correct(Outcome row, Said said)
    {
        (row.Text, row.Value, row.At, row.PostedAt) = (said.Text, said.Value, said.At, clock.GetUtcNow());
        row.Corrections++;
        row.Revision++;
        if (row.Counted is not null)
            row.State = row.Counted == row.Value ? OutcomeState.Joined : OutcomeState.Changed;
    }
}
