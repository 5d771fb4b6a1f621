using System.Diagnostics;

namespace Assay.Tests.Registry;

/// <summary>A command-line client of OCI registries, as people have it; tests that need one are skipped where it is not installed.</summary>
public sealed class OciTool : IDisposable
{
    private readonly string _program;
    private readonly TemporaryFolder _home = new();

    private readonly string[] _first;

    private OciTool(string program, string[] first)
    {
        (_program, _first) = (program, first);
        File.WriteAllText(_home["auth.json"], "{}");
    }

    /// <summary>Finds it, or skips the test.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="first">What every call gets before its own arguments.</param>
    public static OciTool Find(string program, params string[] first)
    {
        var found = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
        Assert.SkipUnless(found, $"{program} is not installed; ./test installs it where apt-get may.");
        return new(program, first);
    }

    /// <summary>Runs it and returns what it wrote; it must succeed.</summary>
    public async Task<string> Run(params string[] arguments)
    {
        var (code, output, error) = await Try(arguments);
        Assert.True(code == 0, $"{_program} {string.Join(' ', arguments)} ended with {code}\n{output}\n{error}");
        return output;
    }

    public async Task<(int Code, string Output, string Error)> Try(params string[] arguments)
    {
        var start = new ProcessStartInfo(_program, [.. _first, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HOME"] = _home.Path, ["XDG_RUNTIME_DIR"] = _home.Path, ["REGISTRY_AUTH_FILE"] = _home["auth.json"] },
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    public void Dispose() => _home.Dispose();
}
