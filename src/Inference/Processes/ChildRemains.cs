using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Assay.Inference.Processes;

/// <summary>What a model's program started and left behind: workers, helpers, what went to the background.</summary>
internal static class ChildRemains
{
    private const int KillSignal = 9;
    private const int RoundsMax = 4;   // one that starts others all the time may be ahead of us, but not for ever

    /// <summary>Ends it, once the program itself has ended: its group, and what bears the run's mark in any other.</summary>
    /// <param name="leader">Of the group.</param>
    /// <param name="mark">Of the run.</param>
    public static void Kill(int leader, string mark)
    {
        if (OperatingSystem.IsWindows())
            return;
        _ = Signal(-leader, KillSignal);   // none where the system has no program to lead a group
        var variable = Encoding.UTF8.GetBytes($"{ChildLauncher.Mark}={mark}");
        try
        {
            for (var round = 0; round < RoundsMax && OperatingSystem.IsLinux() && KillMarked(variable); round++)
            {
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // No descriptor is left to look with, at this moment.
        }
    }

    private static bool KillMarked(byte[] variable)
    {
        var any = false;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Bears(id, variable))
                any |= Signal(id, KillSignal) == 0;
        }

        return any;
    }

    private static bool Bears(int id, byte[] variable)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{id}/environ").AsSpan().IndexOf(variable) >= 0;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;   // it ended while it was being read, or is somebody else's
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int id, int signal);
}
