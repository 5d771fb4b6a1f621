using System.Diagnostics;
using System.Text;
using Assay.Inference.Models;

namespace Assay.Inference.Processes;

/// <summary>
/// One run of a model's program, with nothing of the server's environment, open files or standard input, behind the
/// others when the machine is short of time or memory, and gone when the server is.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private const int LastWordsMax = 2000;

    // The shell ends the program when its own input closes, which happens also when the server dies without a word. What
    // waits for that has no hold of the outputs, whose ends tell that the program has ended.
    private const string Launcher = """
        ulimit -c 0
        [ "$1" = 0 ] || ulimit -v "$1" || exit 126
        shift
        { echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null
        exec 3<&0
        nice -n 5 "$@" </dev/null 3<&- &
        child=$!
        { cat <&3; kill -KILL "$child"; } >/dev/null 2>&1 &
        guard=$!
        exec 3<&-
        wait "$child"
        code=$?
        kill "$guard" 2>/dev/null
        exit "$code"
        """;

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly StringBuilder _lastWords = new();
    private string? _verdict;

    private ChildProcess(Process process, ChildAddress address)
    {
        (_process, Address) = (process, address);
        Ended = process.WaitForExitAsync();
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public ChildAddress Address { get; }

    public int Id => _process.Id;

    /// <summary>Done when it ended, by itself or not.</summary>
    public Task Ended { get; }

    /// <summary>Why it ended, in words.</summary>
    public string EndedHow => _verdict ?? (_process.ExitCode > 128
        ? $"was ended by the signal {_process.ExitCode - 128}"
        : $"ended by itself with the code {_process.ExitCode}");

    /// <exception cref="InvalidModelException">There is no such program.</exception>
    public static ChildProcess Start(ChildPlan plan)
    {
        var (words, address) = plan.Next();
        var start = new ProcessStartInfo
        {
            WorkingDirectory = plan.Files,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (OperatingSystem.IsWindows())
        {
            start.FileName = words[0];
        }
        else
        {
            start.FileName = "/bin/sh";
            foreach (var word in (string[])["-c", Launcher, "assay-model", $"{plan.Options.AddressSpaceMiB * 1024L}", words[0]])
                start.ArgumentList.Add(word);
        }

        foreach (var word in words.Skip(1))
            start.ArgumentList.Add(word);
        Scrub(start, plan);
        try
        {
            return new(Process.Start(start)!, address);
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new InvalidModelException($"The model's program can't be started: {problem.Message}", problem);
        }
    }

    /// <summary>What it wrote last.</summary>
    public string LastWords()
    {
        lock (_lock)
            return _lastWords.ToString().Trim();
    }

    /// <summary>Ends it with all that it started; <see cref="EndedHow"/> says why.</summary>
    public void Stop(string why)
    {
        Interlocked.CompareExchange(ref _verdict, why, null);
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception problem) when (problem is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It ended in the meantime, or one of those that it started did, or may not be ended by us.
        }
    }

    private static void Scrub(ProcessStartInfo start, ChildPlan plan)
    {
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["HOME"] = plan.Folder;
        start.Environment["TMPDIR"] = Path.Combine(plan.Folder, "tmp");
        foreach (var (name, value) in plan.Options.Environment)
            start.Environment[name] = value;
    }

    private void Hear(string? line)
    {
        if (line is null)
            return;
        lock (_lock)
        {
            _lastWords.Append(line.AsSpan(0, Math.Min(line.Length, LastWordsMax))).Append('\n');
            if (_lastWords.Length > LastWordsMax)
                _lastWords.Remove(0, _lastWords.Length - LastWordsMax);
        }
    }

    public void Dispose()
    {
        Stop("was stopped, since nobody needs it any more");
        _process.Dispose();
    }
}
