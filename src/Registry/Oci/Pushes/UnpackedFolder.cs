using System.Text;
using Microsoft.AspNetCore.Http;

namespace Assay.Registry.Oci.Pushes;

/// <summary>A folder that takes files under names that somebody else chose, within limits.</summary>
internal sealed class UnpackedFolder(string root)
{
    private const int PathLengthMax = 500;
    private const int PartBytesMax = 255;   // what file systems take as one name
    private readonly HashSet<string> _paths = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _folders = new(StringComparer.OrdinalIgnoreCase);
    private long _bytes;
    private long _archived;
    private int _entries;

    /// <summary>Counts what was read of archives, whatever it says: folders, names and attributes take time and memory, too.</summary>
    public void CountArchived(int bytes)
    {
        _archived += bytes;
        if (_archived > OciLimits.UnpackedBytesMax)
            throw OciErrors.SizeInvalid(StatusCodes.Status413PayloadTooLarge, $"An artifact's archives have at most {OciLimits.UnpackedBytesMax >> 30} GiB together once unpacked.");
    }

    /// <summary>Counts what an archive names, folders too.</summary>
    public void CountEntry()
    {
        if (++_entries > OciLimits.EntriesMax)
            throw OciErrors.SizeInvalid(StatusCodes.Status413PayloadTooLarge, $"An artifact's archives name at most {OciLimits.EntriesMax} files and folders.");
    }

    public async Task Add(string path, Stream content, CancellationToken cancel)
    {
        Check(path);
        if (_paths.Count >= OciLimits.LayersMax)
            throw OciErrors.SizeInvalid(StatusCodes.Status413PayloadTooLarge, $"An artifact has at most {OciLimits.LayersMax} files.");
        var folders = FoldersOf(path).ToList();
        if (!_paths.Add(path) || _folders.Contains(path) || folders.Exists(_paths.Contains))
            throw OciErrors.ManifestInvalid($"The artifact has '{path}' twice, in two spellings, or as a file and a folder.");
        _folders.UnionWith(folders);

        var target = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(target, options);
        await Copy(content, file, cancel);
    }

    private static IEnumerable<string> FoldersOf(string path) =>
        Enumerable.Range(0, path.Length).Where(index => path[index] == '/').Select(index => path[..index]);

    private async Task Copy(Stream content, FileStream file, CancellationToken cancel)
    {
        var buffer = new byte[1 << 16];
        int count;
        while ((count = await content.ReadAsync(buffer, cancel)) > 0)
        {
            _bytes += count;
            if (_bytes > OciLimits.UnpackedBytesMax)
                throw OciErrors.SizeInvalid(StatusCodes.Status413PayloadTooLarge, $"An artifact's files have at most {OciLimits.UnpackedBytesMax >> 30} GiB together.");
            await file.WriteAsync(buffer.AsMemory(0, count), cancel);
        }
    }

    private static void Check(string path)
    {
        var sound = path.Length is > 0 and <= PathLengthMax
            && !path.Any(letter => letter is '\\' or ':' || char.IsControl(letter))
            && path.Split('/').All(part => part.Length > 0 && Encoding.UTF8.GetByteCount(part) <= PartBytesMax && part is not "." and not ".." && !part.StartsWith(".wh.", StringComparison.Ordinal));
        if (!sound)
            throw OciErrors.ManifestInvalid($"The artifact has a file '{path}'. A file's name is a path within the package, without '..', backslashes or colons.");
    }
}
