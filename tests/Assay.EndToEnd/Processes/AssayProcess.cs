using System.Diagnostics;
using System.Text;

namespace Assay.EndToEnd.Processes;

/// <summary>What a run of the command left.</summary>
internal sealed record Finished(int ExitCode, string Output, string Error)
{
    /// <summary>For the message of an assertion that fails.</summary>
    public override string ToString() => $"exit code {ExitCode}\n--- standard output\n{Output}\n--- standard error\n{Error}";
}

/// <summary>The published command in a process of its own, the way people start it.</summary>
internal sealed class AssayProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private AssayProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Read(_output);

    public string Error => Read(_error);

    public static AssayProcess Start(params string[] arguments) => Start("dotnet", [Repository.Program, .. arguments]);

    /// <summary>The same with settings as the environment has them.</summary>
    public static AssayProcess StartWith(IEnumerable<(string Name, string Value)> settings, params string[] arguments) =>
        Start("dotnet", [Repository.Program, .. arguments], settings);

    public static AssayProcess Start(string program, string[] arguments, IEnumerable<(string Name, string Value)>? settings = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var variable in new[] { "ASSAY_HOME", "ASSAY_SERVER", "ASSAY_TOKEN", "ASSAY_PROJECT", "ASSAY_POSTGRES" })
            start.Environment.Remove(variable);
        foreach (var (name, value) in settings ?? [])
            start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>Runs the command to its end, or kills it when it takes too long.</summary>
    public static async Task<Finished> Run(params string[] arguments)
    {
        await using var process = Start(arguments);
        return await process.Finish(TimeSpan.FromMinutes(4));
    }

    public async Task<Finished> Finish(TimeSpan limit)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The command did not end in {limit}.\n{Output}\n{Error}");
        }

        return new(_process.ExitCode, Output, Error);
    }

    /// <summary>Ends the process and nothing else as <c>kill -9</c> does: no handler of its own runs.</summary>
    public async Task KillNow()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until a line of its output has this text, and returns the line.</summary>
    public async Task<string> WaitForLine(string text, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < limit)
        {
            if ((Output + "\n" + Error).Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } line)
                return line;
            if (HasExited)
                break;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"No line with '{text}' in {watch.Elapsed.TotalSeconds:0} s; {(HasExited ? "the process has ended" : "the process still runs")}.\n{Output}\n{Error}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            if (line is not null)
                text.Append(line).Append('\n');
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
