using Assay.Cli.CommandLine;

namespace Assay.Cli.Connections;

/// <summary>A table on this machine, about to become a dataset.</summary>
/// <param name="FilePath">Absolute path.</param>
/// <param name="Format"><c>csv</c> or <c>parquet</c>, after the file's ending.</param>
internal sealed record DataFile(string FilePath, string Format)
{
    // An endpoint's name, the shortest that a name is used for, has 63.
    private const int NameLengthMax = 60;

    /// <summary>The file's name without its ending, in the letters that names of datasets, models and endpoints may have.</summary>
    public string DatasetName
    {
        get
        {
            var name = new string([.. Path.GetFileNameWithoutExtension(FilePath).Select(letter => IsNameLetter(letter) ? letter : '-')]).Trim('-', '.', '_');
            return name.Length switch { 0 => "data", > NameLengthMax => name[..NameLengthMax], _ => name };
        }
    }

    /// <exception cref="CommandException">There is no such file, or it can't be a table.</exception>
    public static DataFile Find(string path)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            throw new CommandException($"{path} is a folder; name a CSV or Parquet file.");
        if (!File.Exists(full))
            throw new CommandException($"There is no file {path}.");
        if (new FileInfo(full).Length == 0)
            throw new CommandException($"The file {path} is empty; a table needs a header and rows.");
        var format = Path.GetExtension(full).Equals(".parquet", StringComparison.OrdinalIgnoreCase) ? "parquet" : "csv";
        return new(full, format);
    }

    public FileStream Open()
    {
        try
        {
            return new(FilePath, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new CommandException($"The file {FilePath} can't be read: permission denied.", denied);
        }
    }

    private static bool IsNameLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.';
}
