using System.Security.Cryptography;
using System.Text;
using Assay.Kernel;

namespace Assay.Registry.Scans;

/// <summary>Collects findings, each once.</summary>
internal sealed class FindingList(int findingsMax)
{
    private const int TextLengthMax = 400;
    private readonly Dictionary<string, ScanFinding> _findings = [];

    public int Count => _findings.Count;

    public void Add(ScanRule rule, string path, string what)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{rule.Id}\n{path}\n{what}")))[..16];
        // What is shown comes from an attacker: no control characters, no endless names.
        Add(new(id, rule.Id, rule.Severity, rule.Blocks, Clean(path), Clean(what), rule.Why, rule.Remedy));
    }

    public void Add(ScanFinding finding)
    {
        if (_findings.Count < findingsMax)
            _findings.TryAdd(finding.Id, finding);
        else if (finding.Blocks && !_findings.Values.Any(kept => kept.Blocks))
            _findings.TryAdd(finding.Id, finding);   // a flood of notes hides nothing that blocks
    }

    public IReadOnlyList<ScanFinding> ToList() =>
        [.. _findings.Values.OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Path, StringComparer.Ordinal)];

    private static string Clean(string text)
    {
        var shown = text.Shortened(TextLengthMax);
        return string.Concat(shown.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) || IsDirection(letter) ? $"\\u{(int)letter:x4}" : letter.ToString()));
    }

    // Marks that make text run the other way, or can't be seen.
    private static bool IsDirection(char letter) => letter is (>= '\u200b' and <= '\u200f') or (>= '\u202a' and <= '\u202e') or (>= '\u2060' and <= '\u2069') or '\ufeff';
}
