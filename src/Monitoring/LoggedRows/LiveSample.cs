using System.Diagnostics;
using Assay.Monitoring.Multivariate;
using Assay.Serving;
using Assay.Statistics.Samples;

namespace Assay.Monitoring.LoggedRows;

/// <summary>Which rows of the log are drawn from.</summary>
/// <param name="From">Of rows from then on.</param>
/// <param name="To">Of rows until then.</param>
/// <param name="IsOldestFirst">Whether the oldest parts are read first; else the newest.</param>
/// <param name="ReadMax">Rows after which no more are read.</param>
internal sealed record SampleWish(DateTimeOffset From, DateTimeOffset To, bool IsOldestFirst, int ReadMax)
{
    /// <summary>Of the newest rows that came after a time.</summary>
    public static SampleWish Since(DateTimeOffset time) => new(time.AddTicks(1), DateTimeOffset.MaxValue, IsOldestFirst: false, ReferenceRows.ReadMax);
}

/// <summary>Rows that were drawn, and what the log keeps in clear of each input.</summary>
internal sealed record DrawnRows(SampledTime? Time, IReadOnlyList<IReadOnlyList<string?>> Rows, bool[] Kept)
{
    /// <summary>What the version answered for each row; null for rows that it was not asked for.</summary>
    public IReadOnlyList<double>? Answers { get; init; }
}

/// <summary>
/// Draws rows of an endpoint's prediction log at random, each with the same chance, and rests between blocks, so that requests
/// don't notice.
/// </summary>
internal sealed class LiveSample(IPredictionLog log)
{
    private const int RestPerWork = 4;
    private static readonly TimeSpan WorkMax = TimeSpan.FromMilliseconds(100);

    /// <summary>Draws up to so many rows that the version answered.</summary>
    public async Task<DrawnRows> Draw(ServedEndpoint served, SampleWish wish, int count, CancellationToken cancel)
    {
        List<string> inputs = [.. served.Baseline.Features.Select(feature => feature.Name)];
        var sample = new Sample(count, wish);
        bool[] kept = [.. inputs.Select(_ => true)];
        var parts = await log.Parts(served.Name, wish.From, wish.To, cancel);
        foreach (var part in wish.IsOldestFirst ? parts.Reverse() : parts)
        {
            if (part.Model != served.Model || part.Version != served.Version)
                continue;
            var began = Stopwatch.GetTimestamp();
            await foreach (var rows in log.Read(served.Name, part.Id, 0, inputs, cancel))
            {
                sample.Add(rows.Rows);
                for (var input = 0; input < kept.Length; input++)
                    kept[input] &= rows.Kept[input];
                var worked = Stopwatch.GetElapsedTime(began);
                await Task.Delay((worked < WorkMax ? worked : WorkMax) * RestPerWork, cancel);
                began = Stopwatch.GetTimestamp();
                if (sample.IsDone)
                    break;
            }

            if (sample.IsDone)
                break;
        }

        return new(sample.Time, sample.Rows, kept) { Answers = sample.Answers };
    }

    private sealed class Sample(int count, SampleWish wish)
    {
        private readonly Reservoir<(IReadOnlyList<string?> Inputs, double Answer)> _rows = new(count);
        private DateTimeOffset _first = DateTimeOffset.MaxValue;
        private DateTimeOffset _last = DateTimeOffset.MinValue;

        public bool IsDone => _rows.Offered >= wish.ReadMax;

        public IReadOnlyList<IReadOnlyList<string?>> Rows => [.. _rows.Drawn.Select(row => row.Inputs)];

        public IReadOnlyList<double> Answers => [.. _rows.Drawn.Select(row => row.Answer)];

        public SampledTime? Time => _rows.Offered == 0 ? null : new(_first, _last, _rows.Offered, _rows.Drawn.Count);

        public void Add(IReadOnlyList<AnsweredRow> rows)
        {
            foreach (var row in rows)
            {
                if (row.At < wish.From || row.At > wish.To || IsDone)
                    continue;
                (_first, _last) = (row.At < _first ? row.At : _first, row.At > _last ? row.At : _last);
                _rows.Offer((row.Inputs, row.Prediction));
            }
        }
    }
}
