using System.Collections.Frozen;

namespace Assay.Registry.Scans.Pickles;

/// <summary>
/// Imports that attacks were seen to use. They would be refused without this list as well, as everything that is on no
/// allow-list; it only says more plainly what is going on. A line is <c>MODULE NAME…</c>, where <c>*</c> is every name and
/// also covers the modules inside.
/// </summary>
internal sealed class DangerousImports
{
    private const string Every = "*";
    private readonly FrozenDictionary<string, FrozenSet<string>> _names;

    public DangerousImports(IEnumerable<string[]> lines) => _names = lines
        .GroupBy(words => words[0])
        .ToFrozenDictionary(group => group.Key, group => group.SelectMany(words => words[1..]).ToFrozenSet());

    public bool Contains(string module, string name)
    {
        if (_names.TryGetValue(module, out var names) && names.Contains(name.Split('.')[0]))
            return true;
        for (var end = module.Length; end > 0; end = module.LastIndexOf('.', end - 1))
        {
            if (_names.TryGetValue(module[..end], out var parent) && parent.Contains(Every))
                return true;
        }

        return false;
    }
}
