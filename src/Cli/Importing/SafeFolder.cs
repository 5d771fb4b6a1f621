namespace Assay.Cli.Importing;

/// <summary>
/// A folder that somebody else filled. Nothing outside of it is read: what is a link, or has a name that leads elsewhere, is
/// passed by.
/// </summary>
internal sealed class SafeFolder(string root)
{
    private static readonly EnumerationOptions Inside = new() { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false, RecurseSubdirectories = false };

    /// <summary>Its place, without a slash at its end.</summary>
    public string Root { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>A folder or file below it by the names on the way; null when there is none, or a link is on the way.</summary>
    public string? Find(params ReadOnlySpan<string> names)
    {
        var place = Root;
        foreach (var name in names)
        {
            if (!IsName(name))
                return null;
            place = Path.Combine(place, name);
            var attributes = new FileInfo(place).Attributes;
            if ((int)attributes == -1 || attributes.HasFlag(FileAttributes.ReparsePoint))
                return null;
        }

        return place;
    }

    /// <summary>Names of the folders in a folder, in order.</summary>
    public static IEnumerable<string> Folders(string? folder) =>
        folder is null || !Directory.Exists(folder) ? [] : Directory.EnumerateDirectories(folder, "*", Inside).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal);

    /// <summary>The files below a folder, by their paths from it on, with slashes.</summary>
    public static IEnumerable<(string Path, FileInfo File)> Files(string? folder)
    {
        if (folder is null || !Directory.Exists(folder))
            yield break;
        var waiting = new Stack<string>([""]);
        while (waiting.TryPop(out var inner))
        {
            var here = new DirectoryInfo(Path.Combine(folder, inner));
            foreach (var entry in here.EnumerateFileSystemInfos("*", Inside))
            {
                var path = inner.Length == 0 ? entry.Name : $"{inner}/{entry.Name}";
                if (entry is FileInfo file)
                    yield return (path, file);
                else
                    waiting.Push(path);
            }
        }
    }

    /// <summary>Whether something in a folder is a link, and so is passed by.</summary>
    public static int Links(string? folder) => folder is null || !Directory.Exists(folder)
        ? 0
        : Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = false })
            .Count(entry => File.GetAttributes(entry).HasFlag(FileAttributes.ReparsePoint));

    private static bool IsName(string name) => name is not ("" or "." or "..") && name.IndexOfAny(['/', '\\', '\0']) < 0;
}
