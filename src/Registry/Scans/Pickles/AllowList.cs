using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Assay.Registry.Scans.Pickles;

/// <summary>
/// What pickles may import, by exact name: one embedded list for each flavour. A line is <c>class|call|call:RULE|value MODULE
/// NAME…</c>; a module that ends with <c>.*</c> stands for that package and every module in it, in which the named class is
/// known to be its own. <c>except MODULE…</c> takes modules out of such packages.
/// </summary>
internal sealed partial class AllowList
{
    private const string Resources = "Assay.Registry.Scans.Allowed.";
    private readonly FrozenDictionary<string, AllowedImport> _exact;
    private readonly FrozenDictionary<string, AllowedImport> _inPackage;
    private readonly FrozenSet<string> _excepted;
    private readonly DangerousImports _dangerous;

    private AllowList(IReadOnlyList<(string Flavour, string Text)> lists, string dangerous)
    {
        var exact = new Dictionary<string, AllowedImport>();
        var inPackage = new Dictionary<string, AllowedImport>();
        var excepted = new HashSet<string>();
        foreach (var (flavour, words) in lists.SelectMany(list => Lines(list.Text).Select(words => (list.Flavour, words))))
        {
            if (words[0] == "except")
            {
                excepted.UnionWith(words[1..]);
                continue;
            }

            var (module, isPackage) = words[1].EndsWith(".*", StringComparison.Ordinal) ? (words[1][..^2], true) : (words[1], false);
            var entry = new AllowedImport(flavour, UseOf(words[0]), RuleOf(words[0]));
            foreach (var name in words[2..])
                (isPackage ? inPackage : exact)[Key(module, name)] = entry;
        }

        (_exact, _inPackage, _excepted) = (exact.ToFrozenDictionary(), inPackage.ToFrozenDictionary(), excepted.ToFrozenSet());
        _dangerous = new(Lines(dangerous));
        Text = string.Concat(lists.OrderBy(list => list.Flavour, StringComparer.Ordinal).Select(list => list.Text)) + dangerous;
    }

    /// <summary>The lists that come with Assay.</summary>
    public static AllowList Shipped { get; } = Load();

    /// <summary>All lists as text, for the digest of the rules.</summary>
    public string Text { get; }

    /// <summary>The entry that permits an import; null when nothing does.</summary>
    public AllowedImport? Find(string module, string name)
    {
        if (_exact.TryGetValue(Key(module, name), out var entry))
            return entry;
        if (!ModuleForm().IsMatch(module))
            return null;

        AllowedImport? found = null;
        for (var end = module.Length; end > 0; end = module.LastIndexOf('.', end - 1))
        {
            var package = module[..end];
            if (_excepted.Contains(package))
                return null;
            if (found is null && _inPackage.TryGetValue(Key(package, name), out entry))
                found = entry;
        }

        return found;
    }

    /// <summary>Whether an import is one of those that attacks were seen to use.</summary>
    public bool IsDangerous(string module, string name) => _dangerous.Contains(module, name);

    private static AllowList Load()
    {
        var lists = new List<(string, string)>();
        var dangerous = "";
        foreach (var name in Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(Resources, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!, Encoding.UTF8);
            var flavour = name[Resources.Length..^".txt".Length];
            if (flavour == "dangerous")
                dangerous = reader.ReadToEnd();
            else
                lists.Add((flavour, reader.ReadToEnd()));
        }

        return new(lists, dangerous);
    }

    private static IEnumerable<string[]> Lines(string text) =>
        from line in text.Split('\n')
        let words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        where words.Length > 0
        select words;

    private static ImportUse UseOf(string word) => word.Split(':')[0] switch
    {
        "class" => ImportUse.Class,
        "call" => ImportUse.Call,
        "value" => ImportUse.Value,
        _ => throw new InvalidDataException($"An allow-list has a line of kind '{word}'."),
    };

    private static CallRule RuleOf(string word) => word.Split(':') is [_, { } rule] ? Enum.Parse<CallRule>(rule) : CallRule.Any;

    private static string Key(string module, string name) => $"{module}\n{name}";

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\z")]
    private static partial Regex ModuleForm();
}
