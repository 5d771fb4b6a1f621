using Assay.Console.Session;
using Assay.Tracking;
using Assay.Tracking.Runs;

namespace Assay.Console.Pages.Experiments;

/// <summary>Reads a long table of runs in blocks, and keeps those that were read until something else is sought.</summary>
internal sealed class RunWindows(Api api, string experiment)
{
    public const int BlockSize = 100;
    private const int BlocksMax = 60;   // some 6,000 runs; past that the reader has long scrolled on

    private readonly Dictionary<int, IReadOnlyList<RunSummary>> _blocks = [];
    private FindRunsRequest _sought = new();

    /// <summary>Number of runs that were found, at most 100,000.</summary>
    public int Total { get; private set; }

    /// <summary>Whether there are more.</summary>
    public bool IsTotalMore { get; private set; }

    /// <summary>What the API is asked for a view.</summary>
    public static FindRunsRequest Request(RunView view, IReadOnlyList<RunColumn> columns) => new()
    {
        Filter = view.Filter.Trim().Length > 0 ? view.Filter : null,
        OrderBy = view.Order.Length > 0 ? [view.Order] : [],
        Shown = view.Shown,
        Columns = [.. columns.Select(column => column.Text)],
        Limit = BlockSize,
    };

    /// <summary>Takes a first window that somebody else has asked for.</summary>
    public void Begin(FindRunsRequest sought, RunWindow first)
    {
        _blocks.Clear();
        (_sought, Total, IsTotalMore) = (sought, first.Total ?? first.Items.Count, first.IsTotalMore);
        _blocks[0] = first.Items;
    }

    /// <summary>Runs from a place on; fewer at the end.</summary>
    public async Task<List<RunSummary>> Read(int start, int count, CancellationToken cancel)
    {
        var runs = new List<RunSummary>(count);
        for (var at = start; at < start + count;)
        {
            var block = await Block(at / BlockSize, cancel);
            var inside = at % BlockSize;
            if (inside >= block.Count)
                break;
            var taken = Math.Min(block.Count - inside, start + count - at);
            runs.AddRange(block.Skip(inside).Take(taken));
            at += taken;
        }

        return runs;
    }

    private async Task<IReadOnlyList<RunSummary>> Block(int number, CancellationToken cancel)
    {
        if (_blocks.TryGetValue(number, out var kept))
            return kept;
        var sought = _sought;
        var window = await api.Experiments.FindRuns(experiment, sought with { Offset = number * BlockSize, Count = false }, cancel);
        if (!ReferenceEquals(sought, _sought))
            return window.Items;   // something else was sought meanwhile
        if (_blocks.Count >= BlocksMax)
            _blocks.Clear();
        return _blocks[number] = window.Items;
    }
}
