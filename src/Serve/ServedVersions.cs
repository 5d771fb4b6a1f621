using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Protocols;

namespace Assay.Serve;

/// <summary>
/// The versions of one model. Whoever names none asks the newest that is loaded: the highest number, and any number before what
/// is no number.
/// </summary>
internal sealed class ServedVersions(string name) : IDisposable
{
    private static readonly Comparer<ServedVersion> ByNumber = Comparer<ServedVersion>.Create((one, other) => ModelFolders.Compare(one.Version, other.Version));

    private readonly SemaphoreSlim _changing = new(1);
    private readonly Lock _lock = new();
    private volatile ServedVersion[] _versions = [];   // the newest first

    public string Name => name;

    /// <summary>What answers whoever names no version; where nothing is loaded, what was; null where there is nothing.</summary>
    public ServedVersion? Current
    {
        get
        {
            var versions = _versions;
            foreach (var version in versions)
            {
                if (version.IsLoaded)
                    return version;
            }

            return versions.Length > 0 ? versions[0] : null;
        }
    }

    public IReadOnlyList<ServedVersion> All => _versions;

    public ServedVersion? Find(string version) => Array.Find(_versions, each => each.Version == version);

    /// <summary>As protocols show it; null where there is nothing.</summary>
    public NamedModel? Shown() => Current is { } current
        ? current.Shown() with { Others = [.. _versions.Where(version => version != current).Select(version => version.Shown())] }
        : null;

    /// <summary>Makes a change; one after another.</summary>
    public async Task<Problem?> Change(Func<Task<Problem?>> change, CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            return await change();
        }
        catch (InvalidModelException problem)   // what is loaded goes on
        {
            return new(StatusCodes.Status400BadRequest, "invalid", problem.Message);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Takes a version that is loaded, in the place of one with the same number; at the start, or while a change is made.</summary>
    public void Add(ServedVersion version)
    {
        var former = Find(version.Version);
        lock (_lock)
            _versions = [.. _versions.Where(each => each != former).Append(version).OrderDescending(ByNumber)];
        former?.Unload(version);
    }

    /// <summary>Unloads those versions, while a change is made.</summary>
    public void Unload(Func<ServedVersion, bool> which)
    {
        var next = Array.Find(_versions, version => version.IsLoaded && !which(version));
        foreach (var version in _versions.Where(version => version.IsLoaded && which(version)))
            version.Unload(next);
    }

    /// <summary>Unloads those versions and knows them no more, while a change is made.</summary>
    public void Forget(Func<ServedVersion, bool> which)
    {
        Unload(which);
        lock (_lock)
            _versions = [.. _versions.Where(version => !which(version))];
    }

    public void Dispose()
    {
        foreach (var version in _versions)
            version.Dispose();
        _changing.Dispose();
    }
}
