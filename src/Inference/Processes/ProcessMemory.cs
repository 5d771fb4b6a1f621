using System.Globalization;

namespace Assay.Inference.Processes;

/// <summary>Memory of a process and of all that it started, where the system tells (Linux).</summary>
internal static class ProcessMemory
{
    private const int ParentField = 1;      // of /proc/PID/stat, counted behind the name, which may hold anything
    private const int ResidentField = 21;

    /// <summary>Bytes that are resident, those of the children too; 0 where that can't be told.</summary>
    public static long OfTree(int root)
    {
        try
        {
            return OperatingSystem.IsLinux() ? Sum(root) : 0;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return 0;   // no descriptor is left to look with, at this moment
        }
    }

    private static long Sum(int root)
    {
        var processes = new Dictionary<int, (int Parent, long Pages)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Read(id) is { } read)
                processes[id] = read;
        }

        var pages = 0L;
        foreach (var (id, (_, resident)) in processes)
            pages += Descends(id, root, processes) ? resident : 0;
        return pages * Environment.SystemPageSize;
    }

    private static bool Descends(int id, int root, Dictionary<int, (int Parent, long Pages)> processes)
    {
        for (var steps = 0; steps < 64; steps++)
        {
            if (id == root)
                return true;
            if (!processes.TryGetValue(id, out var found) || found.Parent <= 1)
                return false;
            id = found.Parent;
        }

        return false;
    }

    private static (int Parent, long Pages)? Read(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(fields[ParentField], CultureInfo.InvariantCulture), long.Parse(fields[ResidentField], CultureInfo.InvariantCulture));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;   // it ended while it was being read
        }
    }
}
