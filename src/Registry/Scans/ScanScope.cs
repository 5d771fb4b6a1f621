using System.Text.RegularExpressions;
using Assay.Registry.Scans.Contents;
using Assay.Registry.Scans.Pickles;

namespace Assay.Registry.Scans;

/// <summary>One file, or one member of a container, while it is looked into.</summary>
/// <param name="budget">What is left of the limits.</param>
/// <param name="findings">Where findings go.</param>
/// <param name="flavours">Collects the libraries whose classes are named.</param>
/// <param name="path">Where it stands.</param>
/// <param name="depth">How many containers it stands in.</param>
internal sealed partial class ScanScope(ScanBudget budget, FindingList findings, HashSet<string> flavours, string path, int depth)
{
    private const int PayloadBytesMin = 16;

    // What random bytes, taken for a file, may well look like.
    private static readonly ScanRule[] Weak =
    [
        ScanRule.Broken, ScanRule.Trailing, ScanRule.Protocol, ScanRule.Ambiguous, ScanRule.Buffer, ScanRule.ExtensionCode, ScanRule.PersistentId, ScanRule.ComputedImport,
        ScanRule.ArchiveDamaged, ScanRule.ArchiveMismatch, ScanRule.ArchiveFlags, ScanRule.ArchiveSurroundings, ScanRule.ArchiveUnreadable,
        ScanRule.Damaged, ScanRule.NameMismatch, ScanRule.NotInspected, ScanRule.NativeCode,
    ];

    public ScanBudget Budget => budget;

    public string Path => path;

    public FindingList Findings => findings;

    public HashSet<string> Flavours => flavours;

    public void Find(ScanRule rule, string what) => findings.Add(rule, path, what);

    /// <summary>The same file, with findings that are not yet kept.</summary>
    public ScanScope Apart() => new(budget, new FindingList(budget.Limits.FindingsMax), [], path, depth);

    /// <summary>Keeps what was found apart.</summary>
    public void Keep(ScanScope apart)
    {
        foreach (var finding in apart.Findings.ToList())
            findings.Add(finding);
        flavours.UnionWith(apart.Flavours);
    }

    /// <summary>The entry that permits an import; null, with a finding, when none does.</summary>
    public AllowedImport? Allow(string module, string name, PickleDialect dialect)
    {
        if (AllowList.Shipped.Find(module, name) is { } allowed)
        {
            flavours.Add(allowed.Flavour);
            return allowed;
        }

        // TorchScript's own classes: they exist in no Python program, and their code stands beside.
        if (dialect == PickleDialect.Torch && TorchScriptModule().IsMatch(module) && Identifier().IsMatch(name))
            return new AllowedImport("pytorch", ImportUse.Class, CallRule.Any);
        findings.Add(AllowList.Shipped.IsDangerous(module, name) ? ScanRule.DangerousImport : ScanRule.UnknownImport, path, $"it imports {module}.{name}");
        return null;
    }

    /// <summary>Looks into a member of this container.</summary>
    public void Descend(Stream content, string name, PickleDialect dialect = PickleDialect.Joblib)
    {
        budget.CountEntry();
        if (depth >= budget.Limits.DepthMax)
        {
            Find(ScanRule.Limit, $"containers stand more than {budget.Limits.DepthMax} deep within each other");
            return;
        }

        ContentScan.Run(content, name, new ScanScope(budget, findings, flavours, $"{path}!/{name}", depth + 1), dialect);
    }

    /// <summary>
    /// Looks into bytes that are data for their program, and that another one could load: weights, or bytes inside a pickle.
    /// Random bytes look like anything now and then, so that only what can't be chance is kept.
    /// </summary>
    /// <returns>Whether they were a pickle or a container, and were scanned.</returns>
    public bool InspectPayload(Stream whole, long start, long length)
    {
        if (length < PayloadBytesMin || depth >= budget.Limits.DepthMax)
            return false;
        var content = new Slice(whole, start, length);
        Span<byte> magic = stackalloc byte[4];
        content.ReadExactly(magic);
        if (!MayBeLoaded(magic))
            return false;

        budget.CountEntry();
        var payload = new ScanScope(budget, new FindingList(budget.Limits.FindingsMax), [], $"{path}!/bytes at {start}", depth + 1);
        var format = ContentScan.Run(content, "", payload, PickleDialect.Torch);
        var weak = Weak.Select(rule => rule.Id).ToHashSet();
        foreach (var finding in payload.Findings.ToList().Where(finding => !weak.Contains(finding.Rule) && IsNoChance(finding)))
            findings.Add(finding);
        return format is ContentFormat.Pickle or ContentFormat.Zip or ContentFormat.Tar;
    }

    private static bool MayBeLoaded(ReadOnlySpan<byte> magic) => magic switch
    {
        [0x80, <= PickleMachine.NewestProtocol, ..] => true,
        [(byte)'P', (byte)'K', 3, 4] => true,
        [0x1f, 0x8b, 8, _] or [(byte)'B', (byte)'Z', (byte)'h', _] or [0xfd, (byte)'7', (byte)'z', (byte)'X'] => true,
        [0x93, (byte)'N', (byte)'U', (byte)'M'] => true,
        _ => false,
    };

    /// <summary>Whether a finding names something that could exist, as random bytes hardly do.</summary>
    public static bool IsNoChance(ScanFinding finding) =>
        finding.Rule is not ("pickle.import-unknown" or "pickle.import-dangerous") || PlainImport().IsMatch(finding.What);

    [GeneratedRegex(@"^it imports [A-Za-z_]\w*(\.[A-Za-z_]\w*)+\z")]
    private static partial Regex PlainImport();

    [GeneratedRegex(@"^__torch__(\.[A-Za-z_]\w*)*\z")]
    private static partial Regex TorchScriptModule();

    [GeneratedRegex(@"^[A-Za-z_]\w*\z")]
    private static partial Regex Identifier();
}
