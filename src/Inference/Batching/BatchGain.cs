using System.Diagnostics;

namespace Assay.Inference.Batching;

/// <summary>Whether rows that go together cost so much less than one after the other that it is worth letting them wait for each other.</summary>
internal static class BatchGain
{
    /// <summary>A switch of the process by which no batches are made; a benchmark shows what they gain.</summary>
    public const string OffSwitch = "Assay.Inference.BatchesOff";

    private const int Times = 7;
    private const double GainMin = 2;
    private static readonly TimeSpan AloneMax = TimeSpan.FromMilliseconds(5);

    /// <summary>Whether batches are made at all.</summary>
    public static bool IsSought => !AppContext.TryGetSwitch(OffSwitch, out var off) || !off;

    /// <summary>Computes one row and several, a few times each, and compares the best times.</summary>
    /// <param name="rows">How many go together.</param>
    /// <param name="compute">Computes so many.</param>
    public static bool IsEnough(int rows, Action<int> compute)
    {
        var alone = TimeOf(1, compute);
        return alone < AloneMax && TimeOf(rows, compute) * GainMin < alone * rows;
    }

    private static TimeSpan TimeOf(int rows, Action<int> compute)
    {
        var best = TimeSpan.MaxValue;
        for (var time = 0; time < Times; time++)
        {
            var from = Stopwatch.GetTimestamp();
            compute(rows);
            best = Stopwatch.GetElapsedTime(from) is var took && took < best ? took : best;
            if (took > AloneMax * rows)
                break;   // the others would be no better, and hold up the load
        }

        return best;
    }
}
