using System.Diagnostics;
using System.Text.Json;
using Assay.Kernel;
using Microsoft.Extensions.Options;

namespace Assay.Pipelines.Steps;

/// <summary>A step that did not do its work; the message is one sentence for people.</summary>
internal sealed class StepFailedException(string message) : Exception(message);

/// <summary>One line of a step's standard output.</summary>
internal sealed record StepProgress(string Stage, string? Trainer, int? Fold, int? Of, int Percent)
{
    /// <summary>For people, such as <c>cross-validation, light-gbm, fold 2 of 5</c>.</summary>
    public string Words =>
        (Trainer is null ? Stage : $"{Stage}, {Trainer}") + (Fold is null || Of is null ? "" : $", fold {Fold} of {Of}");
}

/// <summary>Runs a step as a child process that holds no secret, can be killed, and dies with this process.</summary>
internal sealed class StepProcess(IOptions<StepOptions> options)
{
    // What a .NET program needs to start. Everything else stays here: connection strings and keys arrive by environment.
    private static readonly string[] Inherited =
        ["PATH", "DOTNET_ROOT", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "SystemRoot", "NUMBER_OF_PROCESSORS", "OMP_NUM_THREADS"];

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">After the command, such as <c>step train --input DIR --output DIR</c>.</param>
    /// <param name="folder">Working folder, home and scratch space of the child.</param>
    /// <param name="report">Called with each progress line.</param>
    /// <param name="cancel">Kills the child and whatever it started.</param>
    /// <exception cref="StepFailedException">It could not be started, ended with an error, or took too long.</exception>
    public async Task Run(IEnumerable<string> arguments, string folder, Action<StepProgress> report, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(TimeSpan.FromSeconds(options.Value.TimeoutSeconds));

        using var child = Start(arguments, folder);
        var complaints = new Complaints();
        try
        {
            var output = ReadLines(child.StandardOutput, line => Report(line, report));
            var errors = ReadLines(child.StandardError, complaints.Add);
            await child.WaitForExitAsync(timeout.Token);
            await Task.WhenAll(output, errors).WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new StepFailedException(
                $"The training took longer than {options.Value.TimeoutSeconds} s and was stopped. Use fewer rows, or raise Steps:TimeoutSeconds.");
        }
        finally
        {
            await End(child);
        }

        if (child.ExitCode != StepCommand.Done)
            throw new StepFailedException(complaints.Sentence(child.ExitCode));
    }

    private Process Start(IEnumerable<string> arguments, string folder)
    {
        IReadOnlyList<string> command = options.Value.Command is { Length: > 0 } configured ? configured : StepCommand.Own();
        var start = new ProcessStartInfo(command[0])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,   // and never closed before the end: end-of-file tells the child that we are gone
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in command.Skip(1).Concat(arguments))
            start.ArgumentList.Add(argument);

        var environment = Inherited
            .Select(name => (name, value: Environment.GetEnvironmentVariable(name)))
            .Where(variable => variable.value is not null)
            .ToList();
        start.Environment.Clear();
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["HOME"] = folder;
        start.Environment["TMPDIR"] = folder;
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";   // no debugger port into a process that holds data in clear

        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception problem)   // the program isn't there or can't be executed
        {
            throw new StepFailedException($"The training could not be started: {problem.Message}. Check Steps:Command.");
        }
    }

    private static async Task ReadLines(StreamReader reader, Action<string> use)
    {
        while (await reader.ReadLineAsync() is { } line)
            use(line);
    }

    private static void Report(string line, Action<StepProgress> report)
    {
        try
        {
            if (line.StartsWith('{') && JsonSerializer.Deserialize<StepProgress>(line, AssayJson.Options) is { Stage: not null } progress)
                report(progress);
        }
        catch (JsonException)
        {
            // A library wrote to standard output; progress is for the eye only, so a stray line does no harm.
        }
    }

    private static async Task End(Process child)
    {
        if (!child.HasExited)
            child.Kill(entireProcessTree: true);
        await child.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>The last lines of standard error, of which the last that isn't a stack trace becomes the problem.</summary>
    private sealed class Complaints
    {
        private const int LinesMax = 40;
        private const int KilledByOperatingSystem = 137;
        private readonly Queue<string> _lines = new();

        public void Add(string line)
        {
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith("   at ", StringComparison.Ordinal))
                return;
            _lines.Enqueue(line.Shortened(500).Trim());
            if (_lines.Count > LinesMax)
                _lines.Dequeue();
        }

        public string Sentence(int exitCode) => _lines.LastOrDefault() ?? exitCode switch
        {
            KilledByOperatingSystem => "The training was killed by the operating system, most likely because memory ran out. Use fewer rows or a larger machine.",
            _ => $"The training ended with status {exitCode} and said nothing.",
        };
    }
}
