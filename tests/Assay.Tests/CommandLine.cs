using System.Diagnostics;
using Assay.Tests.Pipelines;

namespace Assay.Tests;

/// <summary>Verbs of the command line, each in a process of its own that talks to a test's server.</summary>
internal static class CommandLine
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Runs a verb as the server's administrator.</summary>
    public static Task<(int ExitCode, string Output, string Error)> Run(TestServer server, params string[] words) => Run(server, server.Admin, words);

    /// <summary>Runs a verb with the token of a caller.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> Run(TestServer server, HttpClient caller, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [TrainingWork.Program, .. words, "--server", server.Address.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASSAY_TOKEN"] = caller.DefaultRequestHeaders.Authorization!.Parameter;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, await output, await error);
    }
}
