using System.IO.Enumeration;
using System.Text;
using Assay.Kernel;
using Assay.Registry.Scans;
using Assay.Registry.Scans.Contents;
using Assay.Registry.Scans.Pickles;

namespace Assay.Registry;

/// <summary>
/// Looks into the files of a model without loading any of them, on this machine, without a server or a database. Never
/// throws for what is in a file: what can't be read is a finding.
/// </summary>
public static class ModelScanner
{
    /// <summary>Version of the scanner; a new one when what it finds changes.</summary>
    public const string Version = "1";

    /// <summary>SHA-256 over the rules and the allow-lists.</summary>
    public static Digest RulesDigest { get; } = Digest.Of(Encoding.UTF8.GetBytes(
        string.Concat(ScanRule.All.Select(rule => $"{rule.Id} {rule.Severity}\n")) + AllowList.Shipped.Text));

    /// <summary>Scans every file of a folder.</summary>
    /// <exception cref="IOException">The folder can't be read.</exception>
    public static ScanReport ScanFolder(string folder, ScanLimits? limits = null, CancellationToken cancel = default)
    {
        var scan = new Scan(limits ?? new(), cancel);
        var entries = Entries(folder)
            .Select(entry => (Path: Path.GetRelativePath(folder, entry.FullName).Replace(Path.DirectorySeparatorChar, '/'), Entry: entry))
            .OrderBy(entry => entry.Path, StringComparer.Ordinal);
        foreach (var (path, entry) in entries)
        {
            if (entry.LinkTarget is not null)
            {
                scan.Findings.Add(ScanRule.FileLink, path, "the file is a symbolic link");
            }
            else if (entry is FileInfo file)
            {
                using var content = file.OpenRead();
                scan.Add(content, path);
            }
        }

        return scan.Report();
    }

    // Not into linked folders: they may lead anywhere, also back here.
    private static FileSystemEnumerable<FileSystemInfo> Entries(string folder) => new(
        folder,
        static (ref FileSystemEntry entry) => entry.ToFileSystemInfo(),
        new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = true })
    {
        ShouldRecursePredicate = static (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
    };

    /// <summary>Scans one file.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static ScanReport ScanFile(string path, ScanLimits? limits = null, CancellationToken cancel = default)
    {
        using var content = File.OpenRead(path);
        return Scan(content, Path.GetFileName(path), limits, cancel);
    }

    /// <summary>Scans the bytes of one file.</summary>
    /// <param name="content">Seekable; read from its beginning.</param>
    /// <param name="name">What the file is called, which is compared with what it is.</param>
    /// <param name="limits">How much work it may be.</param>
    /// <param name="cancel">Stops the scan.</param>
    public static ScanReport Scan(Stream content, string name, ScanLimits? limits = null, CancellationToken cancel = default)
    {
        var scan = new Scan(limits ?? new(), cancel);
        scan.Add(content, name);
        return scan.Report();
    }
}

/// <summary>One scan, over one or more files.</summary>
internal sealed class Scan(ScanLimits limits, CancellationToken cancel)
{
    private readonly ScanBudget _budget = new(limits, cancel);
    private readonly List<ScannedFile> _files = [];

    public FindingList Findings { get; } = new(limits.FindingsMax);

    public void Add(Stream content, string path)
    {
        var flavours = new HashSet<string>();
        var scope = new ScanScope(_budget, Findings, flavours, path, 0);
        var format = ContentFormat.Unknown;
        try
        {
            _budget.CountEntry();
            format = ContentScan.Run(content, path.Split('/')[^1], scope, PickleDialect.Joblib);
        }
        catch (ScanLimitException limit)
        {
            scope.Find(ScanRule.Limit, $"it was not looked at to its end: {limit.Message}");
        }

        content.Position = 0;
        var digest = Digest.Of(content);
        _files.Add(new(path, digest.ToString(), content.Length, Formats.NameOf(format), [.. flavours.Order(StringComparer.Ordinal)]));
    }

    public ScanReport Report()
    {
        var findings = Findings.ToList();
        return new(!findings.Any(finding => finding.Blocks), findings, _files, ModelScanner.Version, ModelScanner.RulesDigest.ToString());
    }
}
