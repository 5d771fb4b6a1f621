using System.Reflection;
using Assay.Registry;
using Assay.Registry.Scans;

namespace Assay.Tests.Registry.Scans;

/// <summary>Scans bytes under a name, and says what to expect of it.</summary>
internal static class Scanned
{
    public static ScanReport File(byte[] bytes, string name = "model.pkl", ScanLimits? limits = null) =>
        ModelScanner.Scan(new MemoryStream(bytes), name, limits, TestContext.Current.CancellationToken);

    /// <summary>A file that a library really wrote.</summary>
    public static byte[] Sample(string name)
    {
        using var content = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Scans/{name}") ?? throw new FileNotFoundException(name);
        var bytes = new byte[content.Length];
        content.ReadExactly(bytes);
        return bytes;
    }

    public static void Blocked(ScanReport report, string rule)
    {
        Assert.False(report.Passed, "It passed.");
        Assert.Contains(report.Findings, finding => finding.Rule == rule && finding.Blocks);
        Assert.All(report.Findings, finding => Assert.All(
            new[] { finding.Id, finding.Path, finding.What, finding.Why, finding.Remedy }, text => Assert.False(string.IsNullOrWhiteSpace(text))));
    }

    public static void Passes(ScanReport report) =>
        Assert.True(report.Passed, string.Join("\n", report.Findings.Select(finding => $"{finding.Rule} {finding.Path}: {finding.What}")));
}
