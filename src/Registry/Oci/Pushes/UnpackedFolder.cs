using Microsoft.AspNetCore.Http;

namespace Assay.Registry.Oci.Pushes;

/// <summary>A folder that takes files under names that somebody else chose, within limits.</summary>
internal sealed class UnpackedFolder(string root)
{
    private const int PathLengthMax = 500;
    private readonly HashSet<string> _paths = new(StringComparer.OrdinalIgnoreCase);
    private long _bytes;

    public async Task Add(string path, Stream content, CancellationToken cancel)
    {
        Check(path);
        if (_paths.Count >= OciLimits.LayersMax)
            throw OciErrors.SizeInvalid(StatusCodes.Status413PayloadTooLarge, $"An artifact has at most {OciLimits.LayersMax} files.");
        if (!_paths.Add(path))
            throw OciErrors.ManifestInvalid($"The artifact has '{path}' twice, or in two spellings.");

        var target = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(target, options);
        await Copy(content, file, cancel);
    }

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
            && path.Split('/').All(part => part.Length > 0 && part is not "." and not ".." && !part.StartsWith(".wh.", StringComparison.Ordinal));
        if (!sound)
            throw OciErrors.ManifestInvalid($"The artifact has a file '{path}'. A file's name is a path within the package, without '..', backslashes or colons.");
    }
}
