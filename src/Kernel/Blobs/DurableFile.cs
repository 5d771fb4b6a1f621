using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Assay.Kernel.Blobs;

/// <summary>Files that, after a crash at any instant, are whole or not there at all.</summary>
public static partial class DurableFile
{
    private const int FileExists = 17;   // EEXIST on Linux and macOS
    private const uint BeginWritingOnly = 2;   // SYNC_FILE_RANGE_WRITE

    /// <summary>
    /// Creates a file that only its owner can read. False, and nothing changed, when the file exists; of several
    /// processes exactly one gets true.
    /// </summary>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        var temporary = WriteTemporary(path, content);
        try
        {
            return TryPublish(temporary, path);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Writes a file that only its owner can read in place of the one that is there: after a crash it is the old one or the new one.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = WriteTemporary(path, content);
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// Renames a file that was flushed to its final name and flushes the folder. False, and <paramref name="temporary"/>
    /// is still there, when the name is taken.
    /// </summary>
    public static bool TryPublish(string temporary, string path)
    {
        // File.Move looks whether the target exists and then renames, so two processes can both believe they won; a hard
        // link is made or refused in one step.
        if (OperatingSystem.IsWindows())
            return TryMove(temporary, path);
        if (Link(temporary, path) != 0)
            return Marshal.GetLastPInvokeError() != FileExists && TryMove(temporary, path);
        File.Delete(temporary);
        FlushFolder(Path.GetDirectoryName(path)!);
        return true;
    }

    /// <summary>Makes the folder's entries durable: a rename survives a power cut only after this.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;

        var handle = OpenFile(folder, 0);
        if (handle < 0)
            throw new IOException($"The folder {folder} can't be opened to flush it ({Marshal.GetLastPInvokeErrorMessage()}).");
        try
        {
            if (Flush(handle) != 0)
                throw new IOException($"The folder {folder} can't be flushed to disk ({Marshal.GetLastPInvokeErrorMessage()}).");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    /// <summary>
    /// Begins to bring a part of a file to the disk, and does not wait for it. It promises nothing: where the system has no
    /// such call, a flush does all the work.
    /// </summary>
    internal static void BeginFlush(SafeFileHandle file, long from, long count)
    {
        if (OperatingSystem.IsLinux())
            _ = BeginWriting(file, from, count, BeginWritingOnly);
    }

    private static string WriteTemporary(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using var file = CreateOwnerOnly(temporary);
            file.Write(content);
            file.Flush(flushToDisk: true);
            return temporary;
        }
        catch
        {
            File.Delete(temporary);   // half a file, on a full disk
            throw;
        }
    }

    /// <summary>A new file with mode 0600, for writing.</summary>
    internal static FileStream CreateOwnerOnly(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    private static bool TryMove(string temporary, string path)
    {
        try
        {
            File.Move(temporary, path);   // file systems without hard links
        }
        catch (IOException) when (File.Exists(path))   // somebody was first
        {
            return false;
        }

        FlushFolder(Path.GetDirectoryName(path)!);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int handle);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int BeginWriting(SafeFileHandle file, long from, long count, uint flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
