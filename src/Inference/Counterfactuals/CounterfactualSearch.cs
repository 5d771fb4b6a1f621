using Assay.Inference.Explanations;

namespace Assay.Inference.Counterfactuals;

/// <summary>A row that was tried.</summary>
/// <param name="Cells">Its cells.</param>
/// <param name="Changed">Which inputs differ from the row that was sent, by position in the schema.</param>
/// <param name="Prediction">What the model says.</param>
/// <param name="Distance">From the row that was sent.</param>
internal sealed record Candidate(float[] Cells, HashSet<int> Changed, float Prediction, double Distance);

/// <summary>
/// Looks for near rows in the target (Wachter and others, "Counterfactual explanations without opening the black box",
/// Harvard Journal of Law and Technology 31, 2018; their distance, with standard deviations): a beam search over how many
/// inputs change, by cuts of each input's distribution, whose finds are then drawn back as near to the row as they stay in
/// the target. Bounded by rows and time, and not exhaustive: a nearer row may exist.
/// </summary>
internal sealed class CounterfactualSearch(SearchedTable table, PredictionRange target, IReadOnlyList<InputMoves> moves, Deadline deadline)
{
    /// <summary>Rows that a search may ask the model about.</summary>
    public const int RowsMax = 50_000;

    // Sets of changed inputs that are followed from one number of changes to the next.
    private const int BeamWidth = 16;

    /// <summary>Rows that the model was asked about.</summary>
    public int RowsTried { get; private set; }

    private bool IsOver => RowsTried >= RowsMax || deadline.IsOver;

    /// <summary>Rows in the target, nearest first, no two of which change the same inputs.</summary>
    public async Task<IReadOnlyList<Candidate>> Find(Candidate start, int count, int changesMax)
    {
        var found = new List<Candidate>();
        List<Candidate> beam = [start];
        var depthOfFirst = changesMax;
        for (var depth = 1; depth <= changesMax && depth <= depthOfFirst + 1 && beam.Count > 0 && !IsOver; depth++)
        {
            var tried = await Grow(beam);
            var hits = Nearest(tried.Where(candidate => target.Has(candidate.Prediction)), count * 4, candidate => candidate.Distance);
            if (hits.Count > 0)
                depthOfFirst = Math.Min(depthOfFirst, depth);
            foreach (var hit in hits)
                found.Add(await DrawBack(hit));
            beam = Nearest(tried.Where(candidate => !target.Has(candidate.Prediction)), BeamWidth, Gap);
        }

        return Best(found, count);
    }

    /// <summary>Predictions of rows.</summary>
    public async ValueTask<float[]> Ask(IReadOnlyList<float[]> rows)
    {
        RowsTried += rows.Count;
        return rows.Count == 0 ? [] : await table.Ask(rows, deadline);
    }

    private async Task<List<Candidate>> Grow(List<Candidate> beam)
    {
        var (rows, origins) = (new List<float[]>(), new List<(Candidate Parent, InputMoves Move)>());
        foreach (var parent in beam)
        {
            foreach (var move in moves.Where(move => !parent.Changed.Contains(move.Input)))
            {
                foreach (var step in move.Steps.Take(RowsMax - RowsTried - rows.Count))
                {
                    var cells = (float[])parent.Cells.Clone();
                    cells[move.Input] = step;
                    rows.Add(cells);
                    origins.Add((parent, move));
                }
            }
        }

        var predictions = await Ask(rows);
        return [.. rows.Select((cells, i) => Candidate(cells, [.. origins[i].Parent.Changed, origins[i].Move.Input], predictions[i]))];
    }

    // One for each set of changed inputs.
    private static List<Candidate> Nearest(IEnumerable<Candidate> candidates, int count, Func<Candidate, double> order) =>
        [.. candidates.OrderBy(order).ThenBy(candidate => candidate.Distance).DistinctBy(KeyOf).Take(count)];

    private double Gap(Candidate candidate) => candidate.Prediction < target.Min
        ? target.Min.Value - candidate.Prediction
        : candidate.Prediction - target.Below ?? double.MaxValue;

    // Undoes changes that aren't needed, then takes every number as far back as it goes.
    private async Task<Candidate> DrawBack(Candidate candidate)
    {
        foreach (var move in moves.Where(move => candidate.Changed.Contains(move.Input)).OrderByDescending(move => move.Distance(candidate.Cells[move.Input])))
        {
            if (candidate.Changed.Count > 1 && await Try(candidate, move, move.From) is { } without)
                candidate = without with { Changed = [.. without.Changed.Where(input => input != move.Input)] };
            else if (move.IsNumber && !float.IsNaN(move.From))
                candidate = await Bisect(candidate, move);
        }

        return candidate;
    }

    private async Task<Candidate> Bisect(Candidate candidate, InputMoves move)
    {
        const int Halvings = 14;
        var (near, far) = ((double)move.From, (double)candidate.Cells[move.Input]);   // far is in the target
        for (var i = 0; i < Halvings && !IsOver; i++)
        {
            var middle = move.IsWhole ? Math.Truncate(near + (far - near) / 2) : near + (far - near) / 2;
            if ((float)middle == (float)near || (float)middle == (float)far)
                break;
            if (await Try(candidate, move, (float)middle) is { } nearer)
                (candidate, far) = (nearer, middle);
            else
                near = middle;
        }

        return move.IsWhole ? candidate : await Rounded(candidate, move, near);
    }

    // A number that a person would write, between the last one out of the target and the first one in it.
    private async Task<Candidate> Rounded(Candidate candidate, InputMoves move, double outside)
    {
        double inside = candidate.Cells[move.Input];
        var step = Math.Pow(10, Math.Ceiling(Math.Log10(move.Unit)));
        for (var digits = 0; digits < 6 && !IsOver; digits++, step /= 10)
        {
            var rounded = (inside > outside ? Math.Ceiling(inside / step) : Math.Floor(inside / step)) * step;
            var allowed = move.Steps.Min() <= rounded && rounded <= move.Steps.Max();
            if (allowed && Math.Abs(rounded - inside) <= move.Unit / 20 && await Try(candidate, move, (float)rounded) is { } written)
                return written;
        }

        return candidate;
    }

    private async ValueTask<Candidate?> Try(Candidate candidate, InputMoves move, float step)
    {
        var cells = (float[])candidate.Cells.Clone();
        cells[move.Input] = step;
        var prediction = (await Ask([cells]))[0];
        return target.Has(prediction) ? Candidate(cells, candidate.Changed, prediction) : null;
    }

    private Candidate Candidate(float[] cells, HashSet<int> changed, float prediction) =>
        new(cells, changed, prediction, moves.Sum(move => move.Distance(cells[move.Input])));

    // Nearest first; one that changes more inputs than a nearer one, and the same ones, says nothing new.
    private static List<Candidate> Best(List<Candidate> found, int count)
    {
        var best = new List<Candidate>();
        foreach (var candidate in found.OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Changed.Count))
        {
            if (best.Count < count && !best.Exists(nearer => nearer.Changed.IsSubsetOf(candidate.Changed)))
                best.Add(candidate);
        }

        return best;
    }

    private static string KeyOf(Candidate candidate) => string.Join(',', candidate.Changed.Order());
}
