using System.Diagnostics;
using System.Globalization;
using System.Runtime;

namespace Assay.ServingBench;

/// <summary>A server in a process of its own, so that its memory and its threads are its own.</summary>
internal sealed class Child : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process _process;
    private readonly bool _isOwn;

    private Child(Process process, Uri address, bool isOwn) => (_process, Address, _isOwn) = (process, address, isOwn);

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

    /// <summary>How long its runtime compiled so far; nothing for another program, which doesn't say.</summary>
    public async Task<TimeSpan> Compiled()
    {
        if (!_isOwn)
            return TimeSpan.Zero;
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        while (true)
        {
            var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server ended while it was measured.");
            if (TimeSpan.TryParse(line, CultureInfo.InvariantCulture, out var compiled))   // what else it prints is a warning in its log
                return compiled;
        }
    }

    /// <summary>Has this process answer <see cref="Compiled"/>, in whichever role.</summary>
    public static void TellCompiled() => new Thread(() =>   // of its own, for the pool's are the server's
    {
        while (Console.In.ReadLine() is not null)
            Console.Out.WriteLine(JitInfo.GetCompilationTime().ToString("c", CultureInfo.InvariantCulture));
    })
    {
        IsBackground = true,
    }.Start();

    /// <summary>Starts this program in one of its other roles; it says its address in its first line.</summary>
    public static async Task<Child> Own(params string[] arguments)
    {
        var all = Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? [typeof(Child).Assembly.Location, .. arguments] : arguments;
        var process = Start(Environment.ProcessPath!, all, ("DOTNET_gcServer", "1"));   // the collector of a web program, as the platform is shipped
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
            ?? throw new InvalidOperationException($"The server of '{string.Join(' ', arguments)}' ended before it answered.");
        return new(process, new Uri(line), isOwn: true);
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
                return new(process, health, isOwn: false);
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
