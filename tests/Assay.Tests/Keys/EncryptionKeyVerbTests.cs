using System.Diagnostics;
using System.Text.Json;
using Assay.Kernel.Blobs;
using Assay.Tests.Pipelines;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Keys;

/// <summary>The verbs of the command line, each in a process of its own.</summary>
public sealed class EncryptionKeyVerbTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_key_encryption_key_is_rotated_and_everything_rewrapped_from_the_command_line()
    {
        await using var server = await TestServer.Start();
        for (byte number = 0; number < 5; number++)
            await server.Services.GetRequiredService<IBlobs>().Put(new MemoryStream([number]), Cancel);

        var rotated = await Run(server, "key", "rotate", "--encryption", "--json");
        var rewrapped = await Run(server, "key", "rewrap", "--at-once", "2");
        var early = await Run(server, "key", "retire", "1");
        var list = await Run(server, "key", "list", "--encryption");

        Assert.Equal(2, JsonDocument.Parse(rotated.Output).RootElement.GetProperty("items").GetArrayLength());
        Assert.Equal((0, 1, 0), (rewrapped.ExitCode, early.ExitCode, list.ExitCode));
        Assert.Contains("Everything stands under version 2; 5 were brought there now.", rewrapped.Output, StringComparison.Ordinal);
        Assert.Contains("100 % looked at, 5 rewrapped", rewrapped.Error, StringComparison.Ordinal);
        Assert.Contains("15 minutes", early.Error, StringComparison.Ordinal);
        Assert.Contains("wraps", list.Output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Error)> Run(TestServer server, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [TrainingWork.Program, .. arguments, "--server", server.Address.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASSAY_TOKEN"] = server.Admin.DefaultRequestHeaders.Authorization!.Parameter;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, await output, await error);
    }
}
