using Assay.Kernel.Refusals;

namespace Assay.Data.Lineage;

/// <summary>How far a walk goes.</summary>
/// <param name="Depth">Steps from the thing that was asked for.</param>
/// <param name="Nodes">Things in the answer.</param>
/// <param name="Direction">Which way.</param>
internal sealed record LineageLimits(int Depth, int Nodes, LineageDirection Direction);

/// <summary>One way of a walk, and how far it has come: a thing may be met on both.</summary>
internal sealed class LineageSide(bool isBefore, LineageKey root)
{
    private readonly HashSet<LineageKey> _met = [root];

    /// <summary>Whether it goes to what things come from.</summary>
    public bool IsBefore { get; } = isBefore;

    /// <summary>Where the next step starts.</summary>
    public List<LineageKey> Ring { get; private set; } = [root];

    /// <summary>Makes those things that this way has not met the next ring.</summary>
    public void GoOn(IEnumerable<LineageKey> keys) => Ring = [.. keys.Where(_met.Add)];
}

/// <summary>
/// Walks from one thing to what it comes from and to what came of it, a ring at a time: each ring is a few queries, however
/// many things are in it. It does not turn: what else came of an ancestor is no lineage of this thing.
/// </summary>
internal sealed class LineageWalk(IEnumerable<ILineageSource> sources)
{
    private readonly List<ILineageSource> _sources = [.. sources];

    public async Task<LineageGraph> From(LineageKey asked, LineageLimits limits, CancellationToken cancel)
    {
        var source = Of(asked.Kind);
        var root = await source.Find(asked, cancel) ?? throw Refusal.NotFound(Word(asked.Kind), asked.Part is null ? asked.Name : $"{asked.Name}@{asked.Part}");
        var found = new LineageFound(limits.Nodes);
        found.Add(root, (await source.Describe([root], cancel)).GetValueOrDefault(root));
        var sides = new[] { new LineageSide(isBefore: true, root), new LineageSide(isBefore: false, root) }
            .Where(side => limits.Direction != (side.IsBefore ? LineageDirection.After : LineageDirection.Before)).ToList();

        // Both sides go on step by step, so that near things of one are not left out for far ones of the other.
        for (var step = 0; step <= limits.Depth; step++)
        {
            foreach (var side in sides.Where(side => side.Ring.Count > 0))
                await Step(side, isPast: step == limits.Depth, found, cancel);
        }

        return found.ToGraph(root);
    }

    private async Task Step(LineageSide side, bool isPast, LineageFound found, CancellationToken cancel)
    {
        var links = await Links(side, found, cancel);
        var ends = links.SelectMany(link => new[] { link.From, link.To }).Distinct().ToList();

        // One look past the last ring tells whether there is more.
        if (isPast)
            found.IsCut |= !ends.TrueForAll(found.Has);
        else
            await Add(ends, found, cancel);
        found.Connect(links);
        side.GoOn(ends.Where(key => found.Has(key) && found.IsShown(key)));
    }

    private async Task<List<LineageLink>> Links(LineageSide side, LineageFound found, CancellationToken cancel)
    {
        var links = new List<LineageLink>();
        foreach (var source in _sources)
        {
            var some = side.IsBefore ? await source.Before(side.Ring, found.LinksMax, cancel) : await source.After(side.Ring, found.LinksMax, cancel);
            found.IsCut |= some.Count >= found.LinksMax;
            links.AddRange(some);
        }

        return links;
    }

    private async Task Add(List<LineageKey> ends, LineageFound found, CancellationToken cancel)
    {
        var fresh = ends.FindAll(key => !found.Has(key));
        if (fresh.Count > found.Room)
        {
            found.IsCut = true;
            fresh.RemoveRange(found.Room, fresh.Count - found.Room);
        }

        foreach (var kind in fresh.GroupBy(key => key.Kind))
        {
            var described = await Of(kind.Key).Describe([.. kind], cancel);
            foreach (var key in kind)
                found.Add(key, described.GetValueOrDefault(key));
        }
    }

    private ILineageSource Of(LineageKind kind) => _sources.Single(source => source.Kinds.Contains(kind));

    private static string Word(LineageKind kind) => kind switch
    {
        LineageKind.LoggedModel => "logged model",
        LineageKind.ModelVersion => "model version",
        LineageKind.Input => "dataset input",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
