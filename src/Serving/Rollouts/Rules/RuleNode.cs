namespace Assay.Serving.Rollouts.Rules;

/// <summary>A part of a rule: its text as it was written, and its value. A comparison is 1 where it is true and 0 where it isn't.</summary>
internal abstract record RuleNode(string Text)
{
    /// <summary>Whether it is true or false, and no number.</summary>
    public virtual bool IsTruth => false;

    /// <summary>Its value now; null while the metrics don't give one.</summary>
    public abstract double? Value(MetricReader metrics);

    /// <summary>Itself and what it is made of.</summary>
    public virtual IEnumerable<RuleNode> All() => [this];
}

/// <summary>Gives what a rule reads of metrics: one value of each series that matches and has one.</summary>
internal delegate IReadOnlyList<double> MetricReader(MetricRead read);

internal sealed record RuleNumber(string Text, double Number) : RuleNode(Text)
{
    public override double? Value(MetricReader metrics) => Number;
}

/// <summary>What is read of each series: its last value, or what it did in the time before.</summary>
internal enum ReadKind
{
    Last,
    Rate,
    Increase,
    MeanOverTime,
    SmallestOverTime,
    LargestOverTime,
}

/// <summary>How several series become one number.</summary>
internal enum Gathering
{
    /// <summary>Not at all: there must be one.</summary>
    One,
    Sum,
    Mean,
    Smallest,
    Largest,
    Count,
}

/// <summary>A number read of metrics.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Selector">Of which series.</param>
/// <param name="Kind">What of each.</param>
/// <param name="Range">Over which time; zero for the last value.</param>
internal sealed record MetricRead(string Text, SeriesSelector Selector, ReadKind Kind, TimeSpan Range) : RuleNode(Text)
{
    public Gathering Gathering { get; init; }

    /// <summary>Which quantile of a histogram's buckets, from 0 to 1; null for what is no histogram.</summary>
    public double? Quantile { get; init; }

    // What happened in no series didn't happen: a counter has none before it counts for the first time.
    private bool IsSumOfIncreases => Gathering == Gathering.Sum && Kind is (ReadKind.Rate or ReadKind.Increase);

    public override double? Value(MetricReader metrics)
    {
        var values = metrics(this);
        if (Gathering == Gathering.Count)
            return values.Count;
        if (values.Count == 0)
            return IsSumOfIncreases ? 0 : null;
        return Gathering switch
        {
            Gathering.Sum => values.Sum(),
            Gathering.Mean => values.Average(),
            Gathering.Smallest => values.Min(),
            Gathering.Largest => values.Max(),
            _ => values.Count == 1 ? values[0] : throw new AmbiguousReadException(Text, values.Count),
        };
    }
}

internal sealed record RuleOperation(string Text, string Sign, RuleNode Left, RuleNode Right) : RuleNode(Text)
{
    public override bool IsTruth => Sign is not ("+" or "-" or "*" or "/");

    /// <summary>Whether it compares two numbers.</summary>
    public bool IsComparison => IsTruth && Sign is not ("and" or "or");

    public override IEnumerable<RuleNode> All() => [this, .. Left.All(), .. Right.All()];

    public override double? Value(MetricReader metrics)
    {
        var (left, right) = (Left.Value(metrics), Right.Value(metrics));
        if (Sign == "and")
            return left == 0 || right == 0 ? 0 : left is null || right is null ? null : 1;
        if (Sign == "or")
            return left == 1 || right == 1 ? 1 : left is null || right is null ? null : 0;
        if (left is not { } a || right is not { } b)
            return null;
        var value = Compute(a, b);
        return double.IsNaN(value) ? null : value;
    }

    // 0 / 0 is no number, and compares with nothing.
    private double Compute(double a, double b) => Sign switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        ">" => a > b ? 1 : 0,
        ">=" => a >= b ? 1 : 0,
        "<" => a < b ? 1 : 0,
        "<=" => a <= b ? 1 : 0,
        "==" => a == b ? 1 : 0,
        _ => a != b ? 1 : 0,
    };
}

/// <summary>A read that is to be one number matches several series.</summary>
internal sealed class AmbiguousReadException(string read, int series)
    : Exception($"'{read}' matches {series} series. Name more of their labels, or put sum(), avg(), min() or max() around it.");
