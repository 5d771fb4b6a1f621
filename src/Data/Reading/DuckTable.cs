using System.Data.Common;
using System.Globalization;
using Assay.Data.Datasets;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Assay.Data.Reading;

/// <summary>A column as queries see it.</summary>
/// <param name="Name">As the file has it.</param>
/// <param name="Rows">The table to select it from, safe to write into a query.</param>
/// <param name="Sql">Its name in that table, likewise.</param>
/// <param name="Kind">Decided over all rows. In queries numbers and Booleans are DOUBLE, the others VARCHAR.</param>
internal sealed record DuckColumn(string Name, string Rows, string Sql, ColumnKind Kind);

/// <summary>How much a <see cref="DuckTable"/> may take.</summary>
/// <param name="MemoryMegabytes">Memory; what does not fit goes to disk.</param>
/// <param name="Threads">Threads of a query.</param>
/// <param name="RowsMax">Rows of a Parquet file to read; null for all.</param>
/// <param name="KeepInfinite">Whether infinities are kept as they are; else a column of numbers with one is refused.</param>
internal sealed record DuckLimits(int MemoryMegabytes, int Threads, int? RowsMax = null, bool KeepInfinite = false);

/// <summary>
/// One file as a typed table in a DuckDB of its own. Its columns are kept in parts of some columns each, since every column
/// that is loaded takes memory of its own; a part has all rows, in file order, and their numbers from 0 as <c>rowid</c>. The
/// database lives in memory up to a limit and in the given work folder beyond; it can reach no file but the one it was opened
/// on (of CSV, what it was rewritten as), and no network.
/// </summary>
internal sealed class DuckTable : IDisposable
{
    /// <summary>Columns of a part, at most.</summary>
    public const int ColumnsPerPart = 100;

    private const int NoSpaceLeft = 28;   // ENOSPC, as .NET puts it into HResult

    private readonly DuckDBConnection _connection;
    private readonly CancellationTokenRegistration _cancellation;
    private DuckDBCommand? _running;

    private DuckTable(DuckDBConnection connection, CancellationToken cancel)
    {
        _connection = connection;
        _cancellation = cancel.Register(() => Volatile.Read(ref _running)?.Cancel());
    }

    /// <summary>In file order.</summary>
    public IReadOnlyList<DuckColumn> Columns { get; private set; } = [];

    /// <summary>Number of rows.</summary>
    public long RowCount { get; private set; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">One of <see cref="TableFormats"/>.</param>
    /// <param name="workFolder">Where the table may spill to disk; the caller deletes it afterwards.</param>
    /// <param name="limits">How much of the machine it may take.</param>
    /// <param name="cancel">Stops the opening and every later query.</param>
    /// <exception cref="InvalidTableException">The file is no usable table.</exception>
    public static DuckTable Open(string path, string format, string workFolder, DuckLimits limits, CancellationToken cancel)
    {
        CheckFile(path);
        var connection = new DuckDBConnection("Data Source=:memory:");
        try
        {
            connection.Open();
            var table = new DuckTable(connection, cancel);
            if (format == TableFormats.Csv)
                table.LoadCsv(path, workFolder, limits, cancel);
            else
                table.LoadParquet(path, workFolder, limits);
            if (table.RowCount > TableLimits.RowsMax)
                throw new InvalidTableException($"The file has {table.RowCount:N0} rows, and the limit is {TableLimits.RowsMax:N0}.");
            return table;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs a query and reads each of its rows.</summary>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> read)
    {
        var answers = new List<T>();
        Read(sql, reader => answers.Add(read(reader)));
        return answers;
    }

    /// <summary>Runs a query and hands over its rows one by one, in order.</summary>
    public void Read(string sql, Action<DbDataReader> row)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.UseStreamingMode = true;
        Volatile.Write(ref _running, command);
        try
        {
            _cancellation.Token.ThrowIfCancellationRequested();
            using var reader = command.ExecuteReader();
            while (reader.Read())
                row(reader);
        }
        catch (DuckDBException) when (_cancellation.Token.IsCancellationRequested)
        {
            throw new OperationCanceledException(_cancellation.Token);
        }
        catch (DuckDBException problem) when (problem.Message.Contains("No space left", StringComparison.OrdinalIgnoreCase))
        {
            throw new IOException("There is no space left on the disk to read the table.", NoSpaceLeft);
        }
        catch (DuckDBException problem) when (problem.ErrorType is DuckDBErrorType.OutOfMemory)
        {
            throw new InvalidTableException(
                "Reading the table needs more memory or scratch space than it may take; raise Data:MemoryMegabytes, or free disk space.");
        }
        finally
        {
            Volatile.Write(ref _running, null);
        }
    }

    /// <summary>Reads every value, part by part: gives the reader, the field in it, the number of the row and that of the column.</summary>
    public void ReadValues(Action<DbDataReader, int, int, int> value)
    {
        var first = 0;
        foreach (var part in Columns.GroupBy(column => column.Rows))
        {
            var (row, at, width) = (0, first, part.Count());
            Read($"SELECT {string.Join(", ", part.Select(column => column.Sql))} FROM {part.Key}", reader =>
            {
                for (var i = 0; i < width; i++)
                    value(reader, i, row, at + i);
                row++;
            });
            first += width;
        }
    }

    public void Dispose()
    {
        _cancellation.Dispose();
        _connection.Dispose();
    }

    /// <summary>A text as a literal of SQL.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private void Run(string sql) => Read(sql, _ => { });

    private static void CheckFile(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new InvalidTableException($"There is no file {path}.");
        if (file.Length == 0)
            throw new InvalidTableException("The file is empty.");
        if (file.Length > TableLimits.FileBytesMax)
            throw new InvalidTableException($"The file is larger than {TableLimits.FileBytesMax >> 30} GiB, which is the limit.");
    }

    private void Confine(IEnumerable<string> paths, string workFolder, DuckLimits limits)
    {
        var spill = Path.Combine(workFolder, "spill");
        Run("SET autoinstall_known_extensions = false");
        Run("SET autoload_known_extensions = false");
        Run(string.Create(CultureInfo.InvariantCulture, $"SET memory_limit = '{limits.MemoryMegabytes}MB'"));
        Run(string.Create(CultureInfo.InvariantCulture, $"SET threads = {limits.Threads}"));
        Run("SET TimeZone = 'UTC'");
        Run("SET preserve_insertion_order = true");
        Run($"SET temp_directory = {Literal(spill)}");
        Run(string.Create(CultureInfo.InvariantCulture, $"SET max_temp_directory_size = '{SpillMebibytes(workFolder)}MiB'"));
        Run($"SET allowed_paths = [{string.Join(", ", paths.Select(Literal))}]");
        Run("SET enable_external_access = false");
        Run("SET lock_configuration = true");
    }

    // Half of what is free, so that no file fills the disk that others write to, nor several at once.
    private static long SpillMebibytes(string workFolder) => Math.Max(1, new DriveInfo(Path.GetFullPath(workFolder)).AvailableFreeSpace / 2 >> 20);

    private void LoadCsv(string path, string workFolder, DuckLimits limits, CancellationToken cancel)
    {
        var files = new List<string>();
        try
        {
            CsvShape shape;
            using (var input = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
                shape = CsvText.Rewrite(input, OpenPart, cancel);

            Confine(files, workFolder, limits);
            var columns = new List<DuckColumn>();
            foreach (var (part, file) in shape.Parts.Zip(files))
            {
                var name = $"part{columns.Count}";
                Run($"CREATE TABLE as_text AS {CsvTyping.SelectSql(file, shape.Delimiter, part)}");
                var kinds = CsvTyping.Decide(this, "as_text", part, shape.Columns, limits.KeepInfinite);

                // No view, of which each query would read the casts of all columns and do its own again.
                Run($"CREATE TABLE {name} AS {CsvTyping.TypedSql("as_text", part, kinds)}");
                Run("DROP TABLE as_text");
                columns.AddRange(part.Select((column, i) => new DuckColumn(shape.Columns[column], name, $"c{column}", kinds[i])));
            }

            Count(columns);
            if (RowCount != shape.Rows)
                throw new InvalidOperationException($"DuckDB read {RowCount} rows of {shape.Rows}.");
        }
        finally
        {
            files.ForEach(File.Delete);
        }

        FileStream OpenPart()
        {
            files.Add(Path.Combine(workFolder, $"exact{files.Count}.csv"));
            return PrivateFile.Create(files[^1]);
        }
    }

    private void LoadParquet(string path, string workFolder, DuckLimits limits)
    {
        ParquetTyping.CheckFrame(path);
        Confine([path], workFolder, limits);
        try
        {
            if (limits.RowsMax is null)
                ParquetTyping.CheckSize(this, path);
            var source = $"read_parquet({Literal(path)}, binary_as_string = true)";
            var limit = limits.RowsMax is { } rows ? $" LIMIT {rows}" : "";
            var columns = new List<DuckColumn>();
            foreach (var part in ParquetTyping.Describe(this, path, source, limits.KeepInfinite).Chunk(ColumnsPerPart))
            {
                var name = $"part{columns.Count}";
                Run($"CREATE TABLE {name} AS SELECT {string.Join(", ", part.Select(column => column.Select))} FROM {source}{limit}");
                columns.AddRange(part.Select(column => new DuckColumn(column.Name, name, column.Sql, column.Kind)));
            }

            Count(columns);
            if (RowCount == 0)
                throw new InvalidTableException("The file has columns but no rows.");
        }
        catch (DuckDBException problem)
        {
            throw new InvalidTableException("The file is damaged or no Parquet file that can be read: "
                + problem.Message.Split('\n')[0].Replace(path, "the file", StringComparison.Ordinal));
        }
    }

    private void Count(List<DuckColumn> columns)
    {
        Columns = columns;
        RowCount = Query($"SELECT count(*) FROM {columns[0].Rows}", reader => reader.GetInt64(0))[0];
    }
}
