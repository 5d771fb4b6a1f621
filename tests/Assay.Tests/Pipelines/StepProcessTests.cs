using System.Collections.Concurrent;
using Assay.Pipelines.Steps;
using Microsoft.Extensions.Options;

namespace Assay.Tests.Pipelines;

public sealed class StepProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-step-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_step_sees_none_of_the_servers_environment()
    {
        Environment.SetEnvironmentVariable("ASSAY_DATABASE_PASSWORD", "hunter2");
        await Run("env > environment; echo done");

        var environment = await File.ReadAllLinesAsync(Path.Combine(_folder, "environment"), Cancel);
        Assert.DoesNotContain(environment, line => line.Contains("hunter2", StringComparison.Ordinal));
        Assert.Contains(environment, line => line.StartsWith("PATH=", StringComparison.Ordinal));
        Assert.Contains($"TMPDIR={_folder}", environment);
    }

    [Fact]
    public async Task Progress_lines_are_reported_and_stray_output_is_passed_over()
    {
        var seen = new ConcurrentQueue<string>();
        await Run(
            """
            echo 'a library says hello'
            echo '{"stage":"cross-validation","trainer":"light-gbm","fold":2,"of":5,"percent":40}'
            echo '{not json'
            echo '{"stage":"done","percent":100}'
            """,
            progress => seen.Enqueue($"{progress.Percent}: {progress.Words}"));

        Assert.Equal(["40: cross-validation, light-gbm, fold 2 of 5", "100: done"], seen);
    }

    [Fact]
    public async Task The_last_line_of_standard_error_is_the_problem()
    {
        var problem = await Assert.ThrowsAsync<StepFailedException>(
            () => Run("echo 'warming up' >&2; echo 'There is no column churn.' >&2; exit 2"));
        Assert.Equal("There is no column churn.", problem.Message);
    }

    [Fact]
    public async Task A_stack_trace_is_not_the_problem()
    {
        var problem = await Assert.ThrowsAsync<StepFailedException>(
            () => Run("echo 'Unhandled exception. Boom' >&2; echo '   at Assay.Learning.Fit()' >&2; exit 134"));
        Assert.Equal("Unhandled exception. Boom", problem.Message);
    }

    [Fact]
    public async Task A_step_that_the_operating_system_kills_is_told_from_one_that_fails()
    {
        var problem = await Assert.ThrowsAsync<StepFailedException>(() => Run("kill -9 $$"));
        Assert.Contains("memory", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named_with_its_setting()
    {
        var process = new StepProcess(Options.Create(new StepOptions { Command = ["/nowhere/assay"] }));
        var problem = await Assert.ThrowsAsync<StepFailedException>(() => process.Run([], _folder, _ => { }, Cancel));
        Assert.Contains("Steps:Command", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_takes_too_long_is_killed()
    {
        var problem = await Assert.ThrowsAsync<StepFailedException>(() => Run("echo $$ > pid; sleep 600", timeoutSeconds: 1));
        Assert.Contains("1 s", problem.Message, StringComparison.Ordinal);
        Assert.False(IsAlive(await Pid("pid")));
    }

    [Fact]
    public async Task Cancelling_kills_the_step_and_what_it_started()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var run = Run("sleep 600 & echo $! > child; echo $$ > pid; echo '{\"stage\":\"up\",\"percent\":1}'; wait", _ => cancel.Cancel(), cancel: cancel.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.False(IsAlive(await Pid("pid")));
        await Ends(await Pid("child"));
    }

    [Fact]
    public async Task Standard_input_stays_open_while_the_step_works()
    {
        // cat ends at end-of-file; it must still be there after a second.
        await Run("exec 3<&0; cat <&3 > /dev/null & sleep 1; kill -0 $! && echo open > input; kill $!");
        Assert.Equal("open\n", await File.ReadAllTextAsync(Path.Combine(_folder, "input"), Cancel));
    }

    private Task Run(string script, Action<StepProgress>? report = null, int timeoutSeconds = 60, CancellationToken? cancel = null)
    {
        var process = new StepProcess(Options.Create(new StepOptions { Command = ["/bin/sh", "-c", script], TimeoutSeconds = timeoutSeconds }));
        return process.Run([], _folder, report ?? (_ => { }), cancel ?? Cancel);
    }

    private async Task<int> Pid(string file) =>
        int.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, file), Cancel), System.Globalization.CultureInfo.InvariantCulture);

    // Only the child is waited for; whatever it started was sent the signal, and the system takes a moment to act on it.
    private static async Task Ends(int pid)
    {
        for (var tries = 0; IsAlive(pid); tries++)
        {
            Assert.True(tries < 1500, $"Process {pid} lives on.");
            await Task.Delay(20, Cancel);
        }
    }

    // A killed grandchild may stay for a moment as a zombie of whoever adopts it.
    private static bool IsAlive(int pid) =>
        File.Exists($"/proc/{pid}/stat") && File.ReadAllText($"/proc/{pid}/stat").Split(')')[^1].TrimStart()[0] is not ('Z' or 'X');
}
