using System.Diagnostics;

namespace Assay.ServingBench;

/// <summary>A server in a process of its own, so that its memory and its threads are its own.</summary>
internal sealed class Child : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Process _process;

    private Child(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Bytes of memory that it holds now.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Processor time that it took so far.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts this program in one of its other roles; it says its address in its first line.</summary>
    public static async Task<Child> Own(params string[] arguments)
    {
        var process = Start(Environment.ProcessPath!, Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)
            ? [typeof(Child).Assembly.Location, .. arguments]
            : arguments);
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
            ?? throw new InvalidOperationException($"The server of '{string.Join(' ', arguments)}' ended before it answered.");
        return new(process, new Uri(line));
    }

    /// <summary>Starts another program, and waits until it answers at <paramref name="health"/>.</summary>
    public static async Task<Child> Other(string program, string[] arguments, Uri health, params (string Name, string Value)[] environment)
    {
        var process = Start(program, arguments, environment);
        using var client = new HttpClient();
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience && !process.HasExited;)
        {
            try
            {
                using var answer = await client.GetAsync(health);
                return new(process, health);
            }
            catch (HttpRequestException)   // not yet
            {
                await Task.Delay(100);
            }
        }

        throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} did not answer at {health}.");
    }

    private static Process Start(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
