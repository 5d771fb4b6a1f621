using Assay.Kernel.Projects;
using Assay.Serving;
using Microsoft.Extensions.DependencyInjection;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

public sealed class AskedCallsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_that_the_schema_refuses_are_counted_by_the_input_at_fault_and_are_a_window_of_their_own()
    {
        await using var server = await TestServer.Start(adjust: builder => builder.Configuration["Monitoring:FlushSeconds"] = "60");
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        var endpoints = server.Services.GetRequiredService<IEndpoints>();
        using var unknown = await Ask(server.Admin, "churn", """[[30,500,"never seen"]]""");
        using var wrongType = await Ask(server.Admin, "churn", """[["thirty",500,"plus"]]""");
        using var noJson = await Ask(server.Admin, "churn", "[[");
        using var noColumn = await Ask(server.Admin, "churn", """[{"something else":1}]""");   // the first column that is missing is at fault

        var refused = (await endpoints.TakeWindow(ProjectScope.Default, "churn", Cancel))!;
        Assert.Equal((0L, 0L, 4L), (refused.Counts.Rows, refused.Calls.Answered, refused.Calls.Refused));
        Assert.Equal([("age", 2L), ("plan", 1L)], refused.Calls.Columns.OrderBy(column => column.Key).Select(column => (column.Key, column.Value)));

        await Predict(server, "churn");
        var answered = (await endpoints.TakeWindow(ProjectScope.Default, "churn", Cancel))!;
        Assert.Equal((1L, 1L, 0L), (answered.Counts.Rows, answered.Calls.Answered, answered.Calls.Refused));
        Assert.Null(await endpoints.TakeWindow(ProjectScope.Default, "churn", Cancel));
    }
}
