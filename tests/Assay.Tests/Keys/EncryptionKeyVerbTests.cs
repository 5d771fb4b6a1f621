using System.Text.Json;
using Assay.Kernel.Blobs;
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

        var rotated = await CommandLine.Run(server, "key", "rotate", "--encryption", "--json");
        var rewrapped = await CommandLine.Run(server, "key", "rewrap", "--at-once", "2");
        var early = await CommandLine.Run(server, "key", "retire", "1");
        var list = await CommandLine.Run(server, "key", "list", "--encryption");

        Assert.Equal(2, JsonDocument.Parse(rotated.Output).RootElement.GetProperty("items").GetArrayLength());
        Assert.Equal((0, 1, 0), (rewrapped.ExitCode, early.ExitCode, list.ExitCode));
        Assert.Contains("Everything stands under version 2; 5 were brought there now.", rewrapped.Output, StringComparison.Ordinal);
        Assert.Contains("100 % looked at, 5 rewrapped", rewrapped.Error, StringComparison.Ordinal);
        Assert.Contains("15 minutes", early.Error, StringComparison.Ordinal);
        Assert.Contains("wraps", list.Output, StringComparison.Ordinal);
    }
}
