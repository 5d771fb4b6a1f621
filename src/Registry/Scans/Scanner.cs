using Assay.Kernel.Homes;
using Assay.Kernel.Refusals;
using Microsoft.Extensions.Options;

namespace Assay.Registry.Scans;

/// <summary>The module's door to scanning: a few at a time, so that a flood of uploads leaves the server its processors.</summary>
internal sealed class Scanner(IOptions<ScanOptions> options, AssayHome home) : IScanner, IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.Parallel);

    /// <summary>Findings that a report has at most.</summary>
    public int FindingsMax => options.Value.FindingsMax;

    public Task<ScanReport> ScanFolder(string folder, CancellationToken cancel) =>
        Run(() => ModelScanner.ScanFolder(folder, options.Value, cancel), cancel);

    public async Task<ScanReport> Scan(Stream content, string name, CancellationToken cancel)
    {
        var folder = home.MakeWorkFolder("scan");
        try
        {
            await using var file = new FileStream(Path.Combine(folder, "content"), FileMode.CreateNew, FileAccess.ReadWrite);
            await Receive(content, file, cancel);
            return await Run(() => ModelScanner.Scan(file, name, options.Value, cancel), cancel);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Scans files that are read from elsewhere, such as the blob store; each is closed after it was looked into.</summary>
    public async Task<ScanReport> Scan(IEnumerable<(string Path, Func<Task<Stream>> Open)> files, CancellationToken cancel)
    {
        await _free.WaitAsync(cancel);
        try
        {
            var scan = new Scan(options.Value, cancel);
            foreach (var (path, open) in files)
            {
                await using var content = await open();
                await Task.Run(() => scan.Add(content, path), cancel);
            }

            return scan.Report();
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();

    private async Task<ScanReport> Run(Func<ScanReport> scan, CancellationToken cancel)
    {
        await _free.WaitAsync(cancel);
        try
        {
            return await Task.Run(scan, cancel);
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task Receive(Stream content, Stream file, CancellationToken cancel)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await content.ReadAsync(buffer, cancel)) > 0)
        {
            if (file.Length + read > (long)options.Value.UploadMegabytesMax << 20)
                throw TooLarge();
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
    }

    public Refusal TooLarge() => Refusal.Limit(
        StatusCodes.Status413PayloadTooLarge, $"The file is larger than {options.Value.UploadMegabytesMax} MiB. Scan it where it is, by 'assay model scan FILE', which needs no server.");
}
