using Assay.Tests.Monitoring;

namespace Assay.Tests.Console;

public sealed class MetricsPortTests
{
    [Theory]
    [InlineData("monitoring")]
    [InlineData("models")]
    public async Task The_console_reads_its_own_host_also_beside_a_metrics_port(string page)
    {
        await using var server = await TestServer.Start(FreePort.Find());

        using var answer = await server.Admin.GetAsync(page, TestContext.Current.CancellationToken);

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
