using Assay.Kernel.Refusals;

namespace Assay.Data.Lineage;

/// <summary>How far a walk goes.</summary>
/// <param name="Depth">Steps from the thing that was asked for.</param>
/// <param name="Nodes">Things in the answer.</param>
/// <param name="Direction">Which way.</param>
internal sealed record LineageLimits(int Depth, int Nodes, LineageDirection Direction);

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
        if (limits.Direction != LineageDirection.After)
            await Walk(root, before: true, limits.Depth, found, cancel);
        if (limits.Direction != LineageDirection.Before)
            await Walk(root, before: false, limits.Depth, found, cancel);
        return found.ToGraph(root);
    }

    private async Task Walk(LineageKey root, bool before, int depth, LineageFound found, CancellationToken cancel)
    {
        List<LineageKey> ring = [root];
        for (var step = 0; ring.Count > 0; step++)
        {
            // One look past the last ring tells whether there is more.
            var links = await Links(ring, before, found, cancel);
            if (step == depth)
            {
                found.IsCut |= links.Any(link => !found.Has(link.From) || !found.Has(link.To));
                return;
            }

            ring = await Add(links, found, cancel);
        }
    }

    private async Task<List<LineageLink>> Links(IReadOnlyList<LineageKey> ring, bool before, LineageFound found, CancellationToken cancel)
    {
        var links = new List<LineageLink>();
        foreach (var source in _sources)
        {
            var some = before ? await source.Before(ring, found.LinksMax, cancel) : await source.After(ring, found.LinksMax, cancel);
            found.IsCut |= some.Count >= found.LinksMax;
            links.AddRange(some);
        }

        return links;
    }

    /// <returns>The things that are new and may be gone on from.</returns>
    private async Task<List<LineageKey>> Add(List<LineageLink> links, LineageFound found, CancellationToken cancel)
    {
        var fresh = links.SelectMany(link => new[] { link.From, link.To }).Distinct().Where(key => !found.Has(key)).ToList();
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

        found.Connect(links);
        return fresh.FindAll(found.IsShown);
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
