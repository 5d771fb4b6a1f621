using System.Runtime.Versioning;
using Assay.Kernel.Homes;

namespace Assay.Server.Hosting;

/// <summary>Closes a home that was there before to other users of the machine, and its database, whose mode SQLite leaves to the umask.</summary>
internal static class HomeDoor
{
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly string[] Ends = ["", "-wal", "-shm"];

    /// <summary>Before the database is opened.</summary>
    /// <param name="home">The home.</param>
    /// <param name="hasDatabase">Whether the database is in it.</param>
    /// <returns>A sentence for each thing that others can still get at.</returns>
    public static IReadOnlyList<string> Close(AssayHome home, bool hasDatabase)
    {
        if (OperatingSystem.IsWindows())
            return [];
        List<string> open = [];
        foreach (var folder in new[] { home.Root, home.Keys, home.Blobs, home.Work })
            CloseFolder(new(folder), open);

        if (!hasDatabase)
            return open;

        // The files beside it that SQLite makes take its mode.
        if (!File.Exists(home.DatabaseFile))
            new FileStream(home.DatabaseFile, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerFile }).Dispose();
        foreach (var file in Ends.Select(end => home.DatabaseFile + end).Where(File.Exists))
            CloseFile(file, open);
        return open;
    }

    // A link leads to a folder that somebody has set up on purpose, and what isn't ours can't be closed.
    [UnsupportedOSPlatform("windows")]
    private static void CloseFolder(DirectoryInfo folder, List<string> open)
    {
        if ((folder.UnixFileMode & ~OwnerFolder) == 0)
            return;
        if (folder.LinkTarget is not null || !TryClose(folder.FullName, OwnerFolder))
            open.Add($"Other users of this machine may get at {folder.FullName}, which is a link or belongs to somebody else. Close it: chmod 700 {folder.FullName}");
    }

    [UnsupportedOSPlatform("windows")]
    private static void CloseFile(string file, List<string> open)
    {
        if ((File.GetUnixFileMode(file) & ~OwnerFile) != 0 && !TryClose(file, OwnerFile))
            open.Add($"Other users of this machine may get at {file}, which belongs to somebody else. Close it: chmod 600 {file}");
    }

    [UnsupportedOSPlatform("windows")]
    private static bool TryClose(string path, UnixFileMode mode)
    {
        try
        {
            File.SetUnixFileMode(path, mode);
            return true;
        }
        catch (Exception problem) when (problem is UnauthorizedAccessException or IOException)   // not ours, or a file system without modes
        {
            return false;
        }
    }
}
