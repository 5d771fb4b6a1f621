using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Assay.TrackingBench;

/// <summary>The program itself, in a process of its own: how long until its first answer, and the memory that it holds when nobody asks.</summary>
internal static class StartUp
{
    private const double BarSeconds = 3;
    private const double BarMegabytes = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    /// <returns>Whether all bars are reached.</returns>
    public static async Task<bool> Run(string root)
    {
        var program = Find();
        await Console.Out.WriteLineAsync($"{program}:");
        var good = true;
        foreach (var name in new[] { "on a new home", "again on that home", "once more" })
        {
            var (answered, memory, threads) = await Start(program, root);
            var reached = answered.TotalSeconds <= BarSeconds && memory <= BarMegabytes;
            good &= reached;
            await Console.Out.WriteLineAsync(
                $"{name,-20} first answer after {answered.TotalSeconds,5:0.00} s  bar {BarSeconds:0}  memory after {Idle.TotalSeconds:0} s idle {memory,5:N0} MB  bar {BarMegabytes:0}  in 1 process of {threads} threads  {(reached ? "" : "SHORT")}");
        }

        return good;
    }

    private static async Task<(TimeSpan Answered, double Megabytes, int Threads)> Start(string program, string root)
    {
        var port = FreePort();
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, "up", "--home", root, "--port", $"{port}", "--metrics-port", "0"]) { RedirectStandardOutput = true })!;
        try
        {
            using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
            while (!await Answers(client))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
                    throw new InvalidOperationException($"{program} did not answer at {client.BaseAddress}.");
                await Task.Delay(Look);
            }

            var answered = Stopwatch.GetElapsedTime(started);
            await Task.Delay(Idle);
            process.Refresh();
            return (answered, process.WorkingSet64 / 1e6, process.Threads.Count);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static async Task<bool> Answers(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync("/health");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)   // not yet
        {
            return false;
        }
    }

    // The published program if there is one, as people start it; else what was built last.
    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("ASSAY_BENCH_PROGRAM") is { Length: > 0 } named)
            return named;
        var artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));
        const string name = "Assay.Cli.dll";
        var built = new DirectoryInfo(Path.Combine(artifacts, "bin", "Cli")) is { Exists: true } folder ? folder.GetFiles(name, SearchOption.AllDirectories) : [];
        return new FileInfo(Path.Combine(artifacts, "assay", name)) is { Exists: true } published
            ? published.FullName
            : built.OrderByDescending(file => file.LastWriteTimeUtc).FirstOrDefault()?.FullName
                ?? throw new InvalidOperationException("No program to start: run ./assay once, or name its Assay.Cli.dll in ASSAY_BENCH_PROGRAM.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
