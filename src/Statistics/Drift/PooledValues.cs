namespace Assay.Statistics.Drift;

/// <summary>Two samples as one ascending list of distinct values, with how often each has it: what every test by ranks reads.</summary>
internal sealed class PooledValues
{
    private PooledValues(List<double> values, List<int> first, List<int> second)
    {
        Values = values;
        First = first;
        Second = second;
    }

    /// <summary>Distinct, ascending.</summary>
    public List<double> Values { get; }

    /// <summary>How often the first sample has the value.</summary>
    public List<int> First { get; }

    /// <summary>How often the second sample has it.</summary>
    public List<int> Second { get; }

    public static PooledValues Of(NumberSample first, NumberSample second)
    {
        var pooled = new PooledValues([], [], []);
        var (a, b) = (first.Values, second.Values);
        var (i, j) = (0, 0);
        while (i < a.Length || j < b.Length)
        {
            var value = j == b.Length || (i < a.Length && a[i] <= b[j]) ? a[i] : b[j];
            var (fromA, fromB) = (i, j);
            while (i < a.Length && a[i] == value)
                i++;
            while (j < b.Length && b[j] == value)
                j++;
            pooled.Values.Add(value);
            pooled.First.Add(i - fromA);
            pooled.Second.Add(j - fromB);
        }

        return pooled;
    }

    /// <summary>Σ (t³ − t) over the groups of equal values, by which tests by ranks correct for ties.</summary>
    public double TieTerm()
    {
        var sum = 0.0;
        for (var i = 0; i < Values.Count; i++)
        {
            var tied = (double)First[i] + Second[i];
            sum += (tied * tied * tied) - tied;
        }

        return sum;
    }
}
