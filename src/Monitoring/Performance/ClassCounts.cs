using System.Text.Json.Serialization;
using Assay.Statistics.Estimation;
using Assay.Statistics.Metrics;

namespace Assay.Monitoring.Performance;

/// <summary>
/// How a model of several classes was right, as sums by the place of the class in the model. Which class was taken for which is
/// known of the first classes; those behind them, and labels that the version doesn't know, are counted together there.
/// </summary>
internal sealed class ClassCounts
{
    /// <summary>Classes that are told apart in the table of truth against decision.</summary>
    public const int TableMax = 50;

    /// <summary>Classes up to which the table is estimated before labels; it has a sum for each pair.</summary>
    public const int ExpectedMax = 20;

    /// <summary>A label that is none of the version's classes.</summary>
    public const int Unknown = -1;

    /// <summary>All predictions.</summary>
    public SortedDictionary<int, long> Answered { get; set; } = [];

    /// <summary>Labelled rows by what was true.</summary>
    public SortedDictionary<int, long> Truths { get; set; } = [];

    /// <summary>Labelled rows by what was answered.</summary>
    public SortedDictionary<int, long> Decided { get; set; } = [];

    public SortedDictionary<int, long> Hits { get; set; } = [];

    /// <summary>Wrong answers: place of the truth · (<see cref="TableMax"/> + 1) + place of the answer, the rest in the last place.</summary>
    public SortedDictionary<int, long> Errors { get; set; } = [];

    /// <summary>Of models of at most <see cref="ExpectedMax"/> classes: predictions with the probability of every class, by what was answered.</summary>
    public SortedDictionary<int, long> Sure { get; set; } = [];

    /// <summary>The sums of those probabilities: place of the class · (<see cref="TableMax"/> + 1) + place of the answer.</summary>
    public SortedDictionary<int, double> Expected { get; set; } = [];

    /// <summary>Labelled rows of which every class's probability is known.</summary>
    public long Weighed { get; set; }

    /// <summary>Whether every class has a place of its own in <see cref="Errors"/>.</summary>
    [JsonIgnore]
    private bool IsWhole => Truths.Keys.Concat(Decided.Keys).All(place => place is >= 0 and < TableMax);

    /// <summary>Counts an answer, with its label or without, or takes the label out again.</summary>
    public void AddLabel(int truth, int decided, bool isWeighed, int sign)
    {
        Add(Truths, truth, sign);
        Add(Decided, decided, sign);
        Weighed += isWeighed ? sign : 0;
        if (truth == decided)
            Add(Hits, truth, sign);
        else
            Add(Errors, (InTable(truth) * (TableMax + 1)) + InTable(decided), sign);
    }

    /// <summary>Counts an answer.</summary>
    /// <param name="place">Of the class.</param>
    /// <param name="probabilities">Of every class; null where they aren't known.</param>
    public void AddAnswer(int place, IReadOnlyList<float>? probabilities)
    {
        Add(Answered, place, 1);
        if (probabilities is null || probabilities.Count > ExpectedMax)
            return;
        Add(Sure, place, 1);
        for (var truth = 0; truth < probabilities.Count; truth++)
            Expect((truth * (TableMax + 1)) + place, probabilities[truth]);
    }

    public void Add(ClassCounts other)
    {
        (SortedDictionary<int, long> Mine, SortedDictionary<int, long> Theirs)[] pairs =
            [(Answered, other.Answered), (Truths, other.Truths), (Decided, other.Decided), (Hits, other.Hits), (Errors, other.Errors), (Sure, other.Sure)];
        foreach (var (mine, theirs) in pairs)
        {
            foreach (var (place, count) in theirs)
                Add(mine, place, count);
        }

        foreach (var (cell, sum) in other.Expected)
            Expect(cell, sum);
        Weighed += other.Weighed;
    }

    /// <summary>What is to be expected before labels; null where no prediction tells.</summary>
    public ExpectedTable? ToExpected() => Sure.Count == 0 ? null : new(
        Sure.ToDictionary(count => count.Key, count => (double)count.Value),
        Expected.ToDictionary(cell => (cell.Key / (TableMax + 1), cell.Key % (TableMax + 1)), cell => cell.Value));

    /// <summary>The table for measures.</summary>
    public ConfusionTable ToTable() => new(
        Truths, Decided, Hits,
        IsWhole ? Errors.ToDictionary(cell => (cell.Key / (TableMax + 1), cell.Key % (TableMax + 1)), cell => cell.Value) : null);

    /// <summary>Every cell of the table, right ones too; the rest has the place <see cref="TableMax"/>.</summary>
    public IEnumerable<(int Truth, int Decided, long Rows)> Cells() =>
        Hits.GroupBy(hit => InTable(hit.Key)).Select(hits => (hits.Key, hits.Key, hits.Sum(hit => hit.Value)))
            .Concat(Errors.Select(cell => (cell.Key / (TableMax + 1), cell.Key % (TableMax + 1), cell.Value)))
            .GroupBy(cell => (cell.Item1, cell.Item2)).Select(cells => (cells.Key.Item1, cells.Key.Item2, cells.Sum(cell => cell.Item3)));

    private void Expect(int cell, double sum) => Expected[cell] = Expected.GetValueOrDefault(cell) + sum;

    private static int InTable(int place) => place is >= 0 and < TableMax ? place : TableMax;

    private static void Add(SortedDictionary<int, long> sums, int place, long count)
    {
        var sum = sums.GetValueOrDefault(place) + count;
        if (sum == 0)
            sums.Remove(place);
        else
            sums[place] = sum;
    }
}
