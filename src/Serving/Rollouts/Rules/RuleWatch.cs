using System.Diagnostics.Metrics;
using System.Globalization;
using Assay.Serving.Rollouts.Plans;

namespace Assay.Serving.Rollouts.Rules;

/// <summary>
/// Judges the rules of one roll-out over the program's own metrics. It listens to the metrics that the rules name, and to
/// those alone, for as long as the roll-out goes on: without rules nothing is listened to.
/// </summary>
internal sealed class RuleWatch : IDisposable
{
    /// <summary>In the place of an arm: a rule is about whatever it names.</summary>
    public const string AllArms = "*";

    private readonly Lock _looking = new();
    private readonly List<Watched> _rules;
    private readonly Dictionary<MetricRead, MetricTally> _tallies;
    private readonly List<(Instrument Instrument, MetricTally Tally)> _followed = [];
    private readonly MeterListener _listener = new();
    private DateTimeOffset _now;

    /// <param name="rules">The plan's.</param>
    /// <param name="subject">About whom they are.</param>
    /// <param name="scope">Whose instruments are ours.</param>
    /// <param name="now">From when on it looks.</param>
    /// <param name="before">What was kept before a restart; null for nothing.</param>
    public RuleWatch(IReadOnlyList<RolloutRule> rules, RuleSubject subject, object? scope, DateTimeOffset now, RuleMemory? before = null)
    {
        _rules = [.. rules.Select(rule => new Watched(rule, RuleParser.Parse(rule.BreachedWhen)))];
        _tallies = _rules.SelectMany(rule => rule.Condition.All()).OfType<MetricRead>().Distinct().ToDictionary(read => read, read => new MetricTally(read, subject));
        GoOn(before);
        _listener.InstrumentPublished = (instrument, listener) => Follow(instrument, listener, scope);
        _listener.SetMeasurementEventCallback<long>(Measure);
        _listener.SetMeasurementEventCallback<int>(Measure);
        _listener.SetMeasurementEventCallback<double>(Measure);
        _listener.SetMeasurementEventCallback<float>(Measure);
        _listener.Start();
        Look(now);
    }

    /// <summary>Looks at the metrics, and says of each rule how it stands.</summary>
    public IReadOnlyList<RolloutCheck> Judge(DateTimeOffset now)
    {
        lock (_looking)
        {
            var problem = Look(now);
            return [.. _rules.Select(rule => problem is null ? Check(rule) : Waiting(rule, problem))];
        }
    }

    /// <summary>Remembers what the metrics stand at: at each evaluation, and where counts begin anew, which can't be told from later ones.</summary>
    /// <returns>Why one could not be read; null when all could.</returns>
    public string? Look(DateTimeOffset now)
    {
        lock (_looking)
        {
            _now = now;
            lock (_followed)
                _followed.ForEach(each => each.Tally.BeforeLook(each.Instrument));
            try
            {
                _listener.RecordObservableInstruments();
                return null;
            }
            catch (AggregateException problem)   // an instrument's own; the other rules of the plan are judged all the same
            {
                return $"A metric could not be read: {problem.InnerExceptions[0].Message}";
            }
            finally
            {
                foreach (var tally in _tallies.Values)
                    tally.Look(now);
            }
        }
    }

    /// <summary>What is kept over a restart.</summary>
    public RuleMemory Keep()
    {
        lock (_looking)
        {
            return new(
                _now,
                _rules.ToDictionary(rule => rule.Rule.Name, rule => rule.Breaches),
                _tallies.Values.GroupBy(tally => tally.Read.Text).ToDictionary(group => group.Key, group => group.First().Keep()));
        }
    }

    public void Dispose() => _listener.Dispose();

    private void GoOn(RuleMemory? before)
    {
        if (before is null)
            return;
        foreach (var rule in _rules)
            rule.Breaches = before.Breaches.GetValueOrDefault(rule.Rule.Name);
        foreach (var tally in _tallies.Values)
            tally.GoOn(before.Series.GetValueOrDefault(tally.Read.Text) ?? [], before.At);
    }

    // Several hosts may live in one process; what a host makes by its own factory is its own.
    private void Follow(Instrument instrument, MeterListener listener, object? scope)
    {
        if (!MetricNames.IsReadable(instrument) || (instrument.Meter.Scope is { } owner && owner != scope))
            return;
        MetricTally[] interested = [.. _tallies.Values.Where(tally => MetricNames.Find(instrument, tally.Read.Selector.Metric) is not null)];
        if (interested.Length == 0)
            return;
        foreach (var tally in interested)
            tally.Follow(instrument);
        lock (_followed)
            _followed.AddRange(interested.Select(tally => (instrument, tally)));
        listener.EnableMeasurementEvents(instrument, interested);
    }

    private static void Measure<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> labels, object? state)
        where T : struct, IConvertible
    {
        foreach (var tally in (MetricTally[])state!)
            tally.Measure(instrument, value.ToDouble(CultureInfo.InvariantCulture), labels);
    }

    private IReadOnlyList<double> Read(MetricRead read) => _tallies[read].Values(_now);

    private RolloutCheck Check(Watched rule)
    {
        double? value;
        try
        {
            value = rule.Condition.Value(Read);
        }
        catch (AmbiguousReadException problem)
        {
            return Waiting(rule, problem.Message);
        }

        if (rule.Condition.All().OfType<MetricRead>().FirstOrDefault(read => _tallies[read].IsFull) is { } full)
            return Waiting(rule, $"'{full.Text}' is about more series than a rule may read. Name more of their labels.");
        if (value is null)
            return Waiting(rule, $"There is no value yet of {string.Join(", ", rule.Condition.All().OfType<MetricRead>().Where(read => read.Value(Read) is null).Select(read => $"'{read.Text}'").DefaultIfEmpty("a quotient whose divisor is 0"))}.");
        rule.Breaches += value == 1 ? 1 : 0;
        var breached = value == 1 && rule.Breaches > rule.Rule.FailureLimit;
        var (left, right) = Sides(rule);
        var times = rule.Breaches == 0 || rule.Rule.FailureLimit == 0 ? "" : $" True at {rule.Breaches} evaluations so far; {rule.Rule.FailureLimit} are allowed.";
        return new(
            rule.Rule.Name, AllArms, breached ? RolloutCheckState.Breached : RolloutCheckState.Holding, left, right, null,
            $"{rule.Condition.Text} is {(value == 1 ? "true" : "false")}: {Numbers(rule)}.{times}");
    }

    private (double? Left, double Right) Sides(Watched rule)
    {
        var first = rule.Condition.All().OfType<RuleOperation>().First(node => node.IsComparison);
        var (left, right) = (first.Left.Value(Read), first.Right.Value(Read));
        return (left is { } number && double.IsFinite(number) ? number : null, right is { } bound && double.IsFinite(bound) ? bound : 0);
    }

    private string Numbers(Watched rule) => string.Join("; ", rule.Condition.All().OfType<RuleOperation>().Where(node => node.IsComparison)
        .Select(node => $"{Text(node.Left.Value(Read))} {node.Sign} {Text(node.Right.Value(Read))}"));

    private static string Text(double? number) => number?.ToString("G4", CultureInfo.InvariantCulture) ?? "–";

    private static RolloutCheck Waiting(Watched rule, string sentence) =>
        new(rule.Rule.Name, AllArms, RolloutCheckState.Waiting, null, 0, null, sentence);

    private sealed record Watched(RolloutRule Rule, RuleNode Condition)
    {
        public int Breaches { get; set; }
    }
}

/// <summary>What rules over metrics remember, as it is kept over a restart.</summary>
/// <param name="At">When they were judged last.</param>
/// <param name="Breaches">How often each was true, by its name.</param>
/// <param name="Series">What was seen, by the text of the read.</param>
internal sealed record RuleMemory(DateTimeOffset At, IReadOnlyDictionary<string, int> Breaches, IReadOnlyDictionary<string, IReadOnlyList<KeptSeries>> Series);
