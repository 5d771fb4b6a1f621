namespace Assay.Tracking.Purging;

/// <summary>Asks every module that rests on runs or logged models.</summary>
internal sealed class PurgeKeepers(IEnumerable<IRunKeeper> keepers)
{
    /// <summary>Why those of these runs and models stay that do.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Needed(IReadOnlyCollection<string> ids, CancellationToken cancel)
    {
        var needed = new Dictionary<string, string>(StringComparer.Ordinal);
        if (ids.Count == 0)
            return needed;
        foreach (var keeper in keepers)
        {
            foreach (var (id, reason) in await keeper.Needed(ids, cancel))
                needed.TryAdd(id, reason);
        }

        return needed;
    }
}
