using Assay.Governance;
using Assay.Registry.Approvals;
using Assay.Tracking.Artifacts;

namespace Assay.Registry.Mlflow.Versions;

/// <summary>
/// Who made what a source names: whoever stored files of the runs and logged models that it was copied from, and the makers
/// of a version that it was copied from. They may not approve the version, though another account registers it.
/// </summary>
internal sealed class SourceMakers(ILedgerMemory memory, MakerStatement statements)
{
    public async Task<IReadOnlyList<string>> Of(Sourced sourced, CancellationToken cancel)
    {
        var makers = new SortedSet<string>(StringComparer.Ordinal);
        if (sourced.From.Count > 0)
        {
            await foreach (var stored in memory.Read(new([.. sourced.From], [FilesStored.EventType], DateTimeOffset.UnixEpoch), cancel))
                makers.Add(stored.Actor);
        }

        if (sourced.Version is { } version)
            makers.UnionWith(await statements.Of(version, cancel));
        return [.. makers];
    }
}
