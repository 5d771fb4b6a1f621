using System.Diagnostics;
using Assay.Monitoring.Reports;
using Parquet;
using Parquet.Schema;

namespace Assay.MonitoringBench;

/// <summary>Drift of a wide and long Parquet file against a shorter one, as <c>assay stats compare --stream</c> finds it.</summary>
internal static class WideFile
{
    private const int Columns = 500;
    private const int GroupRows = 100_000;
    private const int ReferenceGroups = 1;
    private const int Groups = 100;
    private const int SmallGroups = 5;
    private const double BarSeconds = 60;
    private const double FixedSeconds = 3;   // of a small file's bar: the reference and the intervals take as long for it
    private const long BarMebibytes = 2048;

    public static bool Run(bool small)
    {
        var groups = small ? SmallGroups : Groups;
        Console.WriteLine($"Drift of {Columns} features, {(long)groups * GroupRows:N0} rows in Parquet against {ReferenceGroups * GroupRows:N0}, {Environment.ProcessorCount} processors");
        var folder = Directory.CreateTempSubdirectory("assay-bench-");
        try
        {
            var (reference, current) = (Path.Combine(folder.FullName, "reference.parquet"), Path.Combine(folder.FullName, "current.parquet"));
            Write(reference, ReferenceGroups, shifted: -1).GetAwaiter().GetResult();
            Write(current, groups, shifted: 7).GetAwaiter().GetResult();
            var began = Process.GetCurrentProcess().TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            var comparison = StreamColumns.Run(reference, current, new(), default).GetAwaiter().GetResult();
            var seconds = watch.Elapsed.TotalSeconds;
            if (string.Join(',', comparison.DriftedColumns) != "f7")
                throw new InvalidOperationException($"Drifted are {string.Join(',', comparison.DriftedColumns)}, and f7 was moved.");
            var processor = (Process.GetCurrentProcess().TotalProcessorTime - began).TotalSeconds;
            var bar = small ? FixedSeconds + (BarSeconds * groups / Groups) : BarSeconds;
            var mebibytes = Process.GetCurrentProcess().PeakWorkingSet64 >> 20;
            return Bar.Print("seconds", $"{seconds:F1} s, {processor:F1} s of processors", $"{bar:F0} s", seconds < bar)
                & Bar.Print("memory of the whole process, at its highest", $"{mebibytes:N0} MiB", "2 GiB", mebibytes < BarMebibytes);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task Write(string path, int groups, int shifted)
    {
        // Each column of each group is another piece of the same draws: making new ones would take longer than the measurement.
        var random = new Random(groups);
        var draws = Array.ConvertAll(Draws.Normal(8 * GroupRows, random), value => (float)value);
        var moved = Array.ConvertAll(draws, value => value + 0.5f);
        var fields = Enumerable.Range(0, Columns).Select(column => new DataField<float>($"f{column}")).ToArray();
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file, new ParquetOptions { CompressionMethod = CompressionMethod.None });
        for (var group = 0; group < groups; group++)
        {
            using var rows = writer.CreateRowGroup();
            for (var column = 0; column < Columns; column++)
                await rows.WriteAsync<float>(fields[column], (column == shifted ? moved : draws).AsMemory(random.Next(7 * GroupRows), GroupRows));
            rows.CompleteValidate();
        }
    }
}
