using System.Diagnostics;
using Assay.Inference.Models;

namespace Assay.Inference.Processes;

/// <summary>
/// One run of a model's program, with nothing of the server's environment, open files or standard input, behind the
/// others when the machine is short of time or memory, and gone when the server is, with all that it started.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    // What it wrote before its end is in the pipes already; others that hold them may write for ever.
    private static readonly TimeSpan OutputsMax = TimeSpan.FromMilliseconds(500);

    private readonly Process _process;
    private readonly LastWords _lastWords = new();
    private readonly CancellationTokenSource _hearing = new();
    private readonly string _mark;
    private string? _verdict;
    private int _code;

    private ChildProcess(Process process, ChildAddress address, string mark)
    {
        (_process, Address, Id, _mark) = (process, address, process.Id, mark);
        var heard = Task.WhenAll(_lastWords.Hear(process.StandardOutput, _hearing.Token), _lastWords.Hear(process.StandardError, _hearing.Token));
        Exited = Exit();
        Ended = End(heard);
    }

    public ChildAddress Address { get; }

    public int Id { get; }

    /// <summary>Done when it ended, by itself or not.</summary>
    public Task Exited { get; }

    /// <summary>Whether it ended, or is just ending, since it was stopped here.</summary>
    public bool IsGone => _verdict is not null || Exited.IsCompleted;

    /// <summary>Done when it ended and its last words are known; soon after <see cref="Exited"/>, whoever else writes to its outputs.</summary>
    public Task Ended { get; }

    /// <summary>Why it ended, in words.</summary>
    public string EndedHow => _verdict ?? (_code > 128 ? $"was ended by the signal {_code - 128}" : $"ended by itself with the code {_code}");

    /// <exception cref="InvalidModelException">There is no such program.</exception>
    public static ChildProcess Start(ChildPlan plan)
    {
        var (words, address) = plan.Next();
        var mark = $"{Guid.CreateVersion7():N}";
        var start = new ProcessStartInfo
        {
            WorkingDirectory = plan.Files,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (OperatingSystem.IsWindows())
            (start.FileName, words) = (words[0], [.. words.Skip(1)]);
        else
            (start.FileName, words) = (ChildLauncher.Shell, ChildLauncher.Words(words, mark, plan.Options.AddressSpaceMiB));
        foreach (var word in words)
            start.ArgumentList.Add(word);
        Scrub(start, plan);
        try
        {
            return new(Process.Start(start)!, address, mark);
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new InvalidModelException($"The model's program can't be started: {problem.Message}", problem);
        }
    }

    /// <summary>What it wrote last.</summary>
    public string LastWords() => _lastWords.ToString();

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

    private async Task Exit()
    {
        await _process.WaitForExitAsync();
        _code = _process.ExitCode;
    }

    private async Task End(Task heard)
    {
        await Exited;
        ChildRemains.Kill(Id, _mark);
        _hearing.CancelAfter(OutputsMax);
        await heard;
        _hearing.Dispose();
        _process.Dispose();
    }

    /// <summary>Stops it; what it holds is given back once it has ended.</summary>
    public void Dispose() => Stop("was stopped, since nobody needs it any more");
}
