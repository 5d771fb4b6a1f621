using System.Globalization;

namespace Assay.Serving.Rollouts.Rules;

/// <summary>
/// Reads rules: a part of PromQL whose values are single numbers, so that no labels need to be matched. Its words mean what
/// they mean there, but that nothing is extrapolated.
/// </summary>
internal sealed class RuleParser
{
    private const int DepthMax = 20;
    private const int ReadsMax = 8;
    private const int SecondsMax = 3600;

    private const string HistogramQuantile = "histogram_quantile";

    private static readonly string[] Comparisons = [">", ">=", "<", "<=", "==", "!="];

    private static readonly Dictionary<string, ReadKind> OverTime = new(StringComparer.Ordinal)
    {
        ["rate"] = ReadKind.Rate,
        ["increase"] = ReadKind.Increase,
        ["avg_over_time"] = ReadKind.MeanOverTime,
        ["min_over_time"] = ReadKind.SmallestOverTime,
        ["max_over_time"] = ReadKind.LargestOverTime,
    };

    private static readonly Dictionary<string, Gathering> Gatherings = new(StringComparer.Ordinal)
    {
        ["sum"] = Gathering.Sum,
        ["avg"] = Gathering.Mean,
        ["min"] = Gathering.Smallest,
        ["max"] = Gathering.Largest,
        ["count"] = Gathering.Count,
    };

    private readonly RuleTokens _tokens;
    private int _depth;
    private int _reads;

    private RuleParser(string text) => _tokens = new(text);

    /// <summary>The condition that a text says.</summary>
    /// <exception cref="FormatException">It says none; the message is a sentence.</exception>
    public static RuleNode Parse(string text)
    {
        var parser = new RuleParser(text);
        var rule = parser.Or();
        if (parser._tokens.Next.Length > 0)
            throw parser._tokens.Unexpected("an operator");
        if (!rule.IsTruth)
            throw new FormatException("It is a number. Compare it, such as by '> 0.01'.");
        return parser._reads > 0 ? rule : throw new FormatException("It reads no metric.");
    }

    private RuleNode Or() => Chain(And, true, "or");

    private RuleNode And() => Chain(Comparison, true, "and");

    private RuleNode Sum() => Chain(Product, false, "+", "-");

    private RuleNode Product() => Chain(Signed, false, "*", "/");

    private RuleNode Chain(Func<RuleNode> part, bool truths, params ReadOnlySpan<string> signs)
    {
        var start = _tokens.Start;
        var left = part();
        while (signs.Contains(_tokens.Next))
        {
            var sign = _tokens.Take();
            var right = part();
            Demand(left, truths, sign);
            Demand(right, truths, sign);
            left = new RuleOperation(_tokens.Since(start), sign, left, right);
        }

        return left;
    }

    private RuleNode Comparison()
    {
        var start = _tokens.Start;
        var left = Sum();
        if (!Comparisons.Contains(_tokens.Next))
            return left;
        var sign = _tokens.Take();
        var right = Sum();
        Demand(left, false, sign);
        Demand(right, false, sign);
        return new RuleOperation(_tokens.Since(start), sign, left, right);
    }

    private static void Demand(RuleNode node, bool truth, string sign)
    {
        if (node.IsTruth != truth)
            throw new FormatException($"'{sign}' joins {(truth ? "comparisons" : "numbers")}, and '{node.Text}' is {(truth ? "a number" : "a comparison")}.");
    }

    private RuleNode Signed()
    {
        if (++_depth > DepthMax)
            throw new FormatException($"It is nested more than {DepthMax} times.");
        var start = _tokens.Start;
        RuleNode node;
        if (_tokens.TryTake("-"))
        {
            var inner = Signed();
            Demand(inner, false, "-");
            node = new RuleOperation(_tokens.Since(start), "-", new RuleNumber("0", 0), inner);
        }
        else
        {
            node = Primary(start);
        }

        _depth--;
        return node;
    }

    private RuleNode Primary(int start)
    {
        if (_tokens.TryTake("("))
        {
            var inner = Or();
            _tokens.Expect(")");
            return inner;
        }

        if (_tokens.IsName)
            return Read(start);
        return double.TryParse(_tokens.Next, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? new RuleNumber(_tokens.Take(), number)
            : throw _tokens.Unexpected("a number, a metric or '('");
    }

    private MetricRead Read(int start)
    {
        if (++_reads > ReadsMax)
            throw new FormatException($"It reads more than {ReadsMax} metrics.");
        var name = _tokens.Take();
        if (!_tokens.TryTake("("))
            return Metric(name, ReadKind.Last, start);
        if (name == HistogramQuantile)
            return Quantile(start);
        if (OverTime.TryGetValue(name, out var kind))
            return Closed(Metric(TakeName(), kind, start), start);
        if (!Gatherings.TryGetValue(name, out var gathering))
            throw new FormatException($"There is no function '{name}' here: take {string.Join(", ", Gatherings.Keys.Concat(OverTime.Keys).Append(HistogramQuantile))}.");
        _reads--;
        var inner = Read(_tokens.Start);
        if (inner.Gathering != Gathering.One)
            throw new FormatException($"'{name}' takes a metric, not '{inner.Text}'.");
        return Closed(inner with { Gathering = gathering }, start);
    }

    // With PromQL's sum and its 'by (le)' or without: buckets of all series that match are put together anyway.
    private MetricRead Quantile(int start)
    {
        if (!double.TryParse(_tokens.Next, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) || share is not (>= 0 and <= 1))
            throw _tokens.Unexpected("a number of 0 to 1");
        _tokens.Take();
        _tokens.Expect(",");
        var sums = _tokens.TryTake("sum");
        if (sums)
        {
            ByLe();
            _tokens.Expect("(");
        }

        var function = TakeName();
        if (!OverTime.TryGetValue(function, out var kind) || kind is not (ReadKind.Rate or ReadKind.Increase))
            throw new FormatException($"'{HistogramQuantile}' takes a rate or an increase, not '{function}'.");
        _tokens.Expect("(");
        var read = Metric(TakeName(), kind, start);
        _tokens.Expect(")");
        if (sums)
        {
            _tokens.Expect(")");
            ByLe();
        }

        return read.Selector.Metric.EndsWith(MetricNames.BucketEnd, StringComparison.Ordinal)
            ? Closed(read, start) with { Quantile = share }
            : throw new FormatException($"'{HistogramQuantile}' takes the buckets of a histogram, whose name ends in '{MetricNames.BucketEnd}', and not '{read.Selector.Metric}'.");
    }

    private void ByLe()
    {
        if (!_tokens.TryTake("by"))
            return;
        foreach (var word in (ReadOnlySpan<string>)["(", BucketQuantile.Label, ")"])
            _tokens.Expect(word);
    }

    private MetricRead Closed(MetricRead read, int start)
    {
        _tokens.Expect(")");
        return read with { Text = _tokens.Since(start) };
    }

    private MetricRead Metric(string name, ReadKind kind, int start)
    {
        var selector = new SeriesSelector(name, _tokens.TryTake("{") ? Labels() : []);
        var range = kind == ReadKind.Last ? TimeSpan.Zero : Range();
        return new(_tokens.Since(start), selector, kind, range);
    }

    private List<LabelMatch> Labels()
    {
        var labels = new List<LabelMatch>();
        while (!_tokens.TryTake("}"))
        {
            var name = TakeName();
            var sign = _tokens.Next is "=" or "!=" ? _tokens.Take() : throw _tokens.Unexpected("'=' or '!='");
            var value = _tokens.Next is ['"' or '\'', ..] ? _tokens.Take()[1..^1] : throw _tokens.Unexpected("a value in quotes");
            labels.Add(new(name, sign == "=", value));
            if (_tokens.Next != "}")
                _tokens.Expect(",");
        }

        return labels;
    }

    private TimeSpan Range()
    {
        _tokens.Expect("[");
        var word = _tokens.Next;
        var factor = word.Length < 2 ? 0 : word[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (factor == 0 || !int.TryParse(word.AsSpan(0, word.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number < 1 || (long)number * factor > SecondsMax)
            throw _tokens.Unexpected("a time of 1s to 1h");
        _tokens.Take();
        _tokens.Expect("]");
        return TimeSpan.FromSeconds(number * factor);
    }

    private string TakeName() => _tokens.IsName ? _tokens.Take() : throw _tokens.Unexpected("a name");
}
