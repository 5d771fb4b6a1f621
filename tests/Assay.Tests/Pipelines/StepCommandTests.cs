using System.IO.Pipelines;
using Assay.Pipelines.Steps;

namespace Assay.Tests.Pipelines;

public sealed class StepCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-step-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_request_that_cannot_be_read_ends_with_one_sentence_and_its_own_status()
    {
        var parent = new Pipe();
        var problems = new StringWriter();

        var status = await StepCommand.Train(_folder, Path.Combine(_folder, "output"), parent.Reader.AsStream(), TextWriter.Null, problems);

        Assert.Equal(StepCommand.Refused, status);
        Assert.Single(problems.ToString().Trim().Split('\n'));
        Assert.Contains("request.json", problems.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_whose_parent_is_gone_ends_without_waiting_for_its_work()
    {
        // The request is a named pipe that nobody writes: reading it never ends.
        var pipe = Path.Combine(_folder, "request.json");
        using (var make = System.Diagnostics.Process.Start("mkfifo", pipe))
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);

        var parent = new Pipe();
        var step = StepCommand.Train(_folder, Path.Combine(_folder, "output"), parent.Reader.AsStream(), TextWriter.Null, TextWriter.Null);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(step.IsCompleted);

        await parent.Writer.CompleteAsync();
        Assert.Equal(StepCommand.Abandoned, await step.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        // Lets go of the thread that still waits for the pipe, which may close it before it has read anything.
        try
        {
            await File.WriteAllTextAsync(pipe, "{}", TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
        }
    }
}
