using System.Globalization;
using System.Security.Cryptography;
using Assay.InferenceBench;
using Assay.Registry;
using Assay.ScanBench;

// A scan reads every byte once for its digest; the ratio to hashing alone says what looking into the file costs besides.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
await Console.Out.WriteLineAsync("Scan of a file in memory, one thread, against SHA-256 of the same bytes");
await Measure("arrays of 1 MiB, as NumPy pickles them", BigPickle.Arrays(64));
await Measure("small arrays of 100 numbers", BigPickle.SmallArrays(20_000));
await Measure("a vocabulary of words and numbers", BigPickle.Vocabulary(500_000));
await Measure("a PyTorch zip of 1 MiB tensors", BigPickle.Torch(64));

static async Task Measure(string what, byte[] bytes)
{
    var report = ModelScanner.Scan(new MemoryStream(bytes), "model.pt");
    if (!report.Passed)
        throw new InvalidOperationException($"{what}: {report.Findings[0].What}");
    var (scan, hash) = Rate.Compare(() => ModelScanner.Scan(new MemoryStream(bytes), "model.pt"), () => SHA256.HashData(bytes));
    var megabytes = bytes.Length / (double)(1 << 20);
    await Console.Out.WriteLineAsync($"  {what,-42} {megabytes,6:F1} MiB: scan {scan * megabytes,6:F0} MiB/s, SHA-256 {hash * megabytes,6:F0} MiB/s, {hash / scan:F2} times as long");
}
