using System.Diagnostics;
using System.Globalization;
using Assay.Inference.Processes;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

/// <summary>The shell beside a model's program, where the server is gone without a word: the system closes its input then.</summary>
public sealed class ChildLauncherTests
{
    private const string Program = """
        import os, subprocess, time
        sleep = ["sleep", "600"]
        helpers = [subprocess.Popen(sleep), subprocess.Popen(sleep, start_new_session=True), subprocess.Popen(sleep, env={})]
        print(os.getpid(), *[helper.pid for helper in helpers], flush=True)
        time.sleep(600)
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_and_all_that_it_started_end_when_the_server_is_gone()
    {
        PythonModel.Need();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What left the group is found on Linux only.");
        var start = new ProcessStartInfo(ChildLauncher.Shell) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in ChildLauncher.Words([PythonModel.Interpreter!, "-c", Program], $"{Guid.CreateVersion7():N}", 0))
            start.ArgumentList.Add(word);
        using var launcher = Process.Start(start)!;
        var started = (await launcher.StandardOutput.ReadLineAsync(Cancel))!.Split(' ').Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToList();
        try
        {
            Assert.Equal(4, started.Count(RunningProcess.Is));
            launcher.StandardInput.Close();
            await Until(() => Task.FromResult(!started.Any(RunningProcess.Is)));
            await launcher.WaitForExitAsync(Cancel);
        }
        finally
        {
            foreach (var id in started.Where(RunningProcess.Is))
                Process.GetProcessById(id).Kill();
        }
    }
}
