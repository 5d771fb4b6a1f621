using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel.Projects;
using Assay.Serving;
using Assay.Tests.Inference;
using Microsoft.Extensions.DependencyInjection;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

public sealed class SwapTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Promotions_under_load_fail_no_request_and_each_answer_is_of_one_version()
    {
        await using var server = await TestServer.Start();
        float[] biases = [-2, 0, 1, 2];
        foreach (var bias in biases)
            await Register(server, bias);
        await Promote(server, 1);
        await Deploy(server, "churn", "Production");
        double[] expected = [.. biases.Select(bias => TinyModel.Expect(30, 500, "plus", bias))];

        using var done = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var seen = new HashSet<int>();
            while (!done.IsCancellationRequested)
            {
                var prediction = await Predict(server, "churn");
                seen.Add(Assert.Single(Enumerable.Range(0, expected.Length), version => Math.Abs(expected[version] - prediction) < 1e-6));
            }

            return seen;
        })).ToList();
        for (var version = 2; version <= biases.Length; version++)
        {
            await Promote(server, version);
            await Until(async () => (await Show(server, "churn")).Endpoint.Version == version);
        }

        await done.CancelAsync();
        var versions = (await Task.WhenAll(callers)).SelectMany(seen => seen).ToHashSet();
        Assert.Equal([0, 1, 2, 3], versions.Order());
        await Until(async () => (await DeployedVersions(server)).SequenceEqual([1, 2, 3, 4]));
    }

    // An endpoint answers with the new version before its event is committed.
    private static async Task<IEnumerable<int>> DeployedVersions(TestServer server)
    {
        var log = await server.Admin.GetFromJsonAsync<JsonElement>("/api/v1/ledger?type=endpoint.deployed", Cancel);
        return log.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("data").GetProperty("version").GetInt32()).Order();
    }

    [Fact]
    public async Task Endpoints_answer_again_after_a_restart_with_what_was_promoted_meanwhile()
    {
        var stopped = await TestServer.Start();
        await Register(stopped, bias: -2);
        await Register(stopped, bias: 1);
        await Promote(stopped, 1);
        await Deploy(stopped, "live", "Production");
        await Deploy(stopped, "fixed", "1");
        await stopped.StopKeepingHome();

        await using var server = await TestServer.Restart(stopped);
        Assert.Equal(TinyModel.Expect(30, 500, "plus", -2), await Predict(server, "live"), 1e-6);
        await Promote(server, 2);
        await Until(async () => (await Show(server, "live")).Endpoint.Version == 2);
        Assert.Equal(TinyModel.Expect(30, 500, "plus", 1), await Predict(server, "live"), 1e-6);
        Assert.Equal(TinyModel.Expect(30, 500, "plus", -2), await Predict(server, "fixed"), 1e-6);
    }

    [Fact]
    public async Task A_damaged_version_is_refused_by_its_file_and_the_endpoint_goes_on_with_the_former_one()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        var damaged = await Register(server, bias: 1);
        await Deploy(server, "churn", "1");
        Damage(server, damaged, PackageFiles.Model);

        using var refused = await Put(server, "churn", "2");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("model.onnx", await Detail(refused), StringComparison.Ordinal);
        Assert.Equal(TinyModel.Expect(30, 500, "plus", -2), await Predict(server, "churn"), 1e-6);
        var endpoint = (await Show(server, "churn")).Endpoint;
        Assert.Equal((EndpointState.Ready, (int?)1, "1"), (endpoint.State, endpoint.Version, endpoint.Target));
        Assert.Contains("model.onnx", endpoint.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_whose_package_was_damaged_while_the_server_was_down_says_so_and_answers_503()
    {
        var stopped = await TestServer.Start();
        var version = await Register(stopped, bias: -2);
        await Deploy(stopped, "churn", "1");
        Damage(stopped, version, PackageFiles.Schema);
        await stopped.StopKeepingHome();

        await using var server = await TestServer.Restart(stopped);
        using var answer = await Ask(server.Admin, "churn");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("schema.json", await Detail(answer), StringComparison.Ordinal);
        var endpoint = (await Show(server, "churn")).Endpoint;
        Assert.Equal((EndpointState.Failed, (int?)null), (endpoint.State, endpoint.Version));
    }

    [Fact]
    public async Task What_a_former_version_counted_is_taken_before_what_the_new_one_counts()
    {
        await using var server = await TestServer.Start(adjust: WithoutMonitoring);
        await Register(server, bias: -2);
        await Register(server, bias: 1);
        await Deploy(server, "churn", "1");
        var endpoints = server.Services.GetRequiredService<IEndpoints>();
        await Predict(server, "churn");
        await Predict(server, "churn");
        await Deploy(server, "churn", "2");
        await Predict(server, "churn");

        var former = await endpoints.TakeWindow(ProjectScope.Default, "churn", Cancel);
        var present = await endpoints.TakeWindow(ProjectScope.Default, "churn", Cancel);
        Assert.Equal((1, 2L), (former!.Endpoint.Version, former.Counts.Rows));
        Assert.Equal((2, 1L), (present!.Endpoint.Version, present.Counts.Rows));
        Assert.Null(await endpoints.TakeWindow(ProjectScope.Default, "churn", Cancel));
        Assert.Equal((ProjectScope.Default, 2), endpoints.List().Select(served => (served.Project, served.Version)).Single());
    }

    // Monitoring takes windows by itself, and this test wants to.
    private static void WithoutMonitoring(Microsoft.AspNetCore.Builder.WebApplicationBuilder builder)
    {
        foreach (var service in builder.Services.Where(service => service.ImplementationType?.Namespace?.StartsWith("Assay.Monitoring", StringComparison.Ordinal) == true
            && service.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService)).ToList())
            builder.Services.Remove(service);
    }
}
