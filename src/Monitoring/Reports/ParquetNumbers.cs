using Assay.Data.Datasets;
using Parquet;
using Parquet.Schema;

namespace Assay.Monitoring.Reports;

/// <summary>
/// The number columns of a Parquet file, one row group and one column at a time: memory is that of a column of a group for
/// each processor, however long the file is.
/// </summary>
internal sealed class ParquetNumbers
{
    private readonly string _path;

    private ParquetNumbers(string path, IReadOnlyList<string> names, IReadOnlyList<string> others, long[] groupRows)
    {
        (_path, Names, Others, GroupRows) = (path, names, others, groupRows);
    }

    /// <summary>Columns of numbers, in file order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Columns that hold something else.</summary>
    public IReadOnlyList<string> Others { get; }

    /// <summary>Rows of each group.</summary>
    public long[] GroupRows { get; }

    public static async Task<ParquetNumbers> Open(string path, CancellationToken cancel)
    {
        await using var file = await Reader(path, cancel);
        var numbers = file.Schema.DataFields.Where(IsNumber).Select(field => field.Name).ToList();
        var others = file.Schema.DataFields.Where(field => !IsNumber(field)).Select(field => field.Name).ToList();
        var rows = new long[file.RowGroupCount];
        for (var group = 0; group < rows.Length; group++)
        {
            using var reader = file.OpenRowGroupReader(group);
            rows[group] = reader.RowCount;
        }

        return new(path, numbers, others, rows);
    }

    /// <summary>Hands over the values of the named columns in the given groups, in single precision, NaN where there is none. Several threads call at once.</summary>
    public Task Read(IReadOnlyList<string> names, IReadOnlyList<int> groups, Action<int, ReadOnlyMemory<float>> values, CancellationToken cancel)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(Work, cancel)));

        async Task Work()
        {
            await using var file = await Reader(_path, cancel);
            var fields = names.Select(name => file.Schema.DataFields.First(field => field.Name == name)).ToArray();
            var buffers = new Buffers();
            for (var at = Interlocked.Increment(ref next); at < groups.Count; at = Interlocked.Increment(ref next))
            {
                using var group = file.OpenRowGroupReader(groups[at]);
                for (var column = 0; column < fields.Length; column++)
                    values(column, await buffers.Read(group, fields[column], cancel));
            }
        }
    }

    private static bool IsNumber(DataField field) =>
        !field.IsArray && field.MaxRepetitionLevel == 0
        && (field.ClrType == typeof(float) || field.ClrType == typeof(double) || field.ClrType == typeof(int) || field.ClrType == typeof(long));

    private static async Task<ParquetReader> Reader(string path, CancellationToken cancel)
    {
        try
        {
            return await ParquetReader.CreateAsync(path, cancellationToken: cancel);
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException or ParquetException)
        {
            throw new InvalidTableException($"{Path.GetFileName(path)} is no Parquet file that can be read: {problem.Message}");
        }
    }

    // One worker's arrays, used again for every column.
    private sealed class Buffers
    {
        private float[] _floats = [];
        private double[] _doubles = [];
        private int[] _integers = [];
        private long[] _longs = [];
        private int[] _levels = [];

        public async Task<ReadOnlyMemory<float>> Read(ParquetRowGroupReader group, DataField field, CancellationToken cancel)
        {
            var rows = checked((int)group.RowCount);
            if (_floats.Length < rows)
                (_floats, _levels) = (new float[rows], new int[rows]);
            var levels = field.MaxDefinitionLevel > 0 ? _levels.AsMemory(0, rows) : (Memory<int>?)null;
            if (field.ClrType == typeof(float))
                await group.ReadRawAsync(field, _floats.AsMemory(0, rows), levels, null, cancel);
            else if (field.ClrType == typeof(double))
                Narrow(await Raw(_doubles = Grown(_doubles, rows)), value => (float)value);
            else if (field.ClrType == typeof(int))
                Narrow(await Raw(_integers = Grown(_integers, rows)), value => value);
            else
                Narrow(await Raw(_longs = Grown(_longs, rows)), value => value);

            // Values stand packed, without places for those that are missing.
            var present = rows;
            if (levels is not null)
            {
                var full = field.MaxDefinitionLevel;
                present = 0;
                foreach (var level in _levels.AsSpan(0, rows))
                    present += level == full ? 1 : 0;
            }

            _floats.AsSpan(present, rows - present).Fill(float.NaN);
            return _floats.AsMemory(0, rows);

            async Task<ReadOnlyMemory<T>> Raw<T>(T[] buffer)
                where T : struct
            {
                await group.ReadRawAsync(field, buffer.AsMemory(0, rows), levels, null, cancel);
                return buffer.AsMemory(0, rows);
            }
        }

        private void Narrow<T>(ReadOnlyMemory<T> values, Func<T, float> narrow)
        {
            var span = values.Span;
            for (var i = 0; i < span.Length; i++)
                _floats[i] = narrow(span[i]);
        }

        private static T[] Grown<T>(T[] buffer, int rows) => buffer.Length >= rows ? buffer : new T[rows];
    }
}
