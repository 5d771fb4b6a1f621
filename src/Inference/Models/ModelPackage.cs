namespace Assay.Inference.Models;

/// <summary>The files of a model package, which the caller has verified.</summary>
/// <param name="paths">Relative, with <c>/</c> between their parts.</param>
/// <param name="read">The bytes of a file.</param>
public sealed class ModelPackage(IEnumerable<string> paths, Func<string, byte[]> read)
{
    private readonly HashSet<string> _paths = new(paths, StringComparer.Ordinal);

    /// <summary>Every file of a folder.</summary>
    public static ModelPackage OfFolder(string folder) => new(
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')),
        path => File.ReadAllBytes(Path.Combine(folder, path)));

    /// <summary>Whether there is such a file.</summary>
    public bool Has(string path) => _paths.Contains(path);

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="InvalidModelException">There is no such file.</exception>
    public byte[] Read(string path) => Has(path) ? PackageJson.Bytes(read, path) : throw new InvalidModelException($"The package has no file {path}.");

    /// <summary>Writes files below a folder of the package to a folder of the disk.</summary>
    /// <param name="folder">Where to, made by the caller.</param>
    /// <param name="inner">Folder of the package, with its slash; empty for the whole.</param>
    /// <param name="wanted">Which of its paths.</param>
    /// <exception cref="InvalidModelException">A path leads out of the folder.</exception>
    public void WriteTo(string folder, string inner, Func<string, bool> wanted)
    {
        var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        foreach (var path in _paths.Where(path => path.StartsWith(inner, StringComparison.Ordinal) && wanted(path)))
        {
            var target = Path.GetFullPath(Path.Combine(root, path[inner.Length..]));
            if (!target.StartsWith(root, StringComparison.Ordinal))
                throw new InvalidModelException($"The package has a file whose path '{path}' leads out of it.");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, Read(path));
        }
    }
}
