using System.Runtime.Versioning;

namespace Assay.Cli.Doctor;

/// <summary>Whether the home can be used: writable, roomy, and readable by its owner alone.</summary>
internal static class HomeChecks
{
    private const long FreeBytesNeeded = 200L << 20;
    private const long FreeBytesWanted = 2L << 30;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static IEnumerable<Finding> Run(string home)
    {
        var existing = NearestFolder(home);
        yield return Writable(home, existing);
        yield return Space(existing);
        if (existing != home)
            yield break;
        foreach (var path in Secrets(home))
        {
            if (!OperatingSystem.IsWindows())
                yield return Private(home, path);
        }
    }

    private static string NearestFolder(string path)
    {
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } parent)
            path = parent;
        return path;
    }

    private static Finding Writable(string home, string existing)
    {
        var probe = Path.Combine(existing, $".assay-{Guid.NewGuid():N}");
        try
        {
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
                return new("Home", CheckOutcome.Fine, existing == home ? home : $"{home} (made at the first start)");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)   // that is the finding
        {
            return new("Home", CheckOutcome.Problem, $"{existing} can't be written to: {failure.Message}", "Choose another with --home or ASSAY_HOME.");
        }
    }

    private static Finding Space(string existing)
    {
        var free = new DriveInfo(existing).AvailableFreeSpace;
        var observed = $"{free / (double)(1L << 30):0.0} GiB free under {existing}";
        return free switch
        {
            < FreeBytesNeeded => new("Disk space", CheckOutcome.Problem, observed, "Free some space, or choose another disk with --home."),
            < FreeBytesWanted => new("Disk space", CheckOutcome.Notice, observed, "Enough to start; datasets and packages are kept for good, so plan for more."),
            _ => new("Disk space", CheckOutcome.Fine, observed),
        };
    }

    private static IEnumerable<string> Secrets(string home)
    {
        yield return home;
        var token = Path.Combine(home, "admin-token");
        if (File.Exists(token))
            yield return token;
        var keys = Path.Combine(home, "keys");
        if (!Directory.Exists(keys))
            yield break;
        yield return keys;
        foreach (var key in Directory.EnumerateFiles(keys))
            yield return key;
    }

    [UnsupportedOSPlatform("windows")]
    private static Finding Private(string home, string path)
    {
        var name = path == home ? "Home's mode" : $"Mode of {Path.GetRelativePath(home, path)}";
        var mode = File.GetUnixFileMode(path);
        var digits = Convert.ToString((int)mode, 8).PadLeft(4, '0');
        return (mode & Others) == 0
            ? new(name, CheckOutcome.Fine, digits)
            : new(name, CheckOutcome.Problem, $"{digits}: others can reach it", $"chmod go= '{path}'");
    }
}
