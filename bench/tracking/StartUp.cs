using System.Diagnostics;

namespace Assay.TrackingBench;

/// <summary>The program itself, in a process of its own: how long until its first answer, the memory that it holds when nobody asks, and how long its help takes.</summary>
internal static class StartUp
{
    private const double BarSeconds = 3;
    private const double BarMegabytes = 300;
    private const double BarHelpSeconds = 0.5;
    private const int HelpTimes = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    /// <returns>Whether all bars are reached.</returns>
    public static async Task<bool> Run(string root)
    {
        var program = BuiltProgram.Find();
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

        return await Help(program) && good;
    }

    private static async Task<bool> Help(string program)
    {
        var times = new List<double>();
        for (var time = 0; time < HelpTimes; time++)
        {
            var started = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo("dotnet", [program, "--help"]) { RedirectStandardOutput = true })!;
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        var median = times.Order().ElementAt(HelpTimes / 2);
        await Console.Out.WriteLineAsync($"{"--help",-20} after {median,5:0.00} s (median of {HelpTimes})  bar {BarHelpSeconds:0.0}  {(median <= BarHelpSeconds ? "" : "SHORT")}");
        return median <= BarHelpSeconds;
    }

    private static async Task<(TimeSpan Answered, double Megabytes, int Threads)> Start(string program, string root)
    {
        var port = BuiltProgram.FreePort();
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
}
