using System.Globalization;
using Assay.Registry.Packages;
using Assay.Registry.Versions;

namespace Assay.Registry.Gates;

/// <summary><c>signature: valid</c>: the stored package is, byte for byte, what this installation signed.</summary>
internal sealed class SignatureGate(VersionBook book, PackageReader packages) : IGate
{
    private const string Valid = "valid";

    public string Kind => "signature";

    public IReadOnlyList<string> Settings { get; } = [];

    public void Check(GateRule rule)
    {
        if (rule.Subject != Valid)
            throw rule.Invalid($"'{Kind}' must be '{Valid}', not '{rule.Subject}'.");
    }

    public async Task<GateRuleResult> Judge(GateRule rule, GateCandidate candidate, CancellationToken cancel)
    {
        var summary = candidate.Version.Version;
        var version = await book.Get(summary.Model, summary.Version.ToString(CultureInfo.InvariantCulture), cancel);
        var report = await packages.Verify(version, cancel);
        return new(Kind, report.Verified, report.Problem ?? Valid, Valid);
    }
}
