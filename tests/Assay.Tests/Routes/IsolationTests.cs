using System.Net;
using System.Net.Http.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Pipelines;
using Assay.Tests.Pipelines;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Assay.Tests.Routes;

/// <summary>One project is filled with everything that there is; then every route that reads is tried from another one.</summary>
public class IsolationTests
{
    private const string Secret = "hush";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_of_one_project_is_reachable_from_another()
    {
        await using var server = await TestServer.Start(adjust: TrainingWork.WithRealSteps);
        var owner = await server.Client(Role.MlEngineer, "owners");
        var stranger = await server.Client(Role.MlEngineer, "strangers");
        var training = await Fill(owner, "/projects/owners");

        var reading = RouteTests.Routes(server)
            .Where(route => route.Metadata.GetMetadata<Permission>() is not null)
            .Where(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true)
            .Where(route => route.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .ToList();
        Assert.True(reading.Count > 15, $"Only {reading.Count} routes that read were found.");

        var (seenByOwner, leaks) = (0, new List<string>());
        foreach (var route in reading)
        {
            var path = Path(route.RoutePattern, training);
            if (await Shows(owner, $"/projects/owners{path}"))
                seenByOwner++;
            if (await Shows(stranger, $"/projects/strangers{path}"))
                leaks.Add(path);
            if (await Shows(server.Admin, $"/projects/strangers{path}") && !IsOfTheInstallation(path))
                leaks.Add($"{path} as administrator");
        }

        // Were the owner shown little, the test would prove little.
        Assert.True(seenByOwner >= 10, $"The owner was shown the secret by {seenByOwner} routes only.");
        Assert.Empty(leaks);

        var predicted = await stranger.PostAsJsonAsync($"/projects/strangers/endpoints/{Secret}/predict", new[] { new object[] { 1, 50, "monthly" } }, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, predicted.StatusCode);
    }

    private static async Task<string> Fill(HttpClient owner, string prefix)
    {
        await owner.Upload($"{prefix}/api/v1/datasets/{Secret}", Subscribers.Csv());
        var training = await owner.Train(prefix, new(Secret, [new(Secret)], "churn", Promote: true));
        var ended = await owner.AwaitEnd(prefix, training.Id);
        Assert.True(ended.Status == TrainingStatus.Succeeded, ended.Problem);
        var endpoint = await owner.PutAsJsonAsync($"{prefix}/api/v1/endpoints/{Secret}", new { model = Secret, version = "Production" }, AssayJson.Options, Cancel);
        Assert.True(endpoint.IsSuccessStatusCode, await endpoint.Content.ReadAsStringAsync(Cancel));
        return training.Id;
    }

    private static async Task<bool> Shows(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);

        // A refusal may repeat the name that it was asked for; an answer may not.
        return answer.IsSuccessStatusCode && body.Contains(Secret, StringComparison.Ordinal);
    }

    // Who is bound to no project reads the ledger of all.
    private static bool IsOfTheInstallation(string path) =>
        path.StartsWith("/api/v1/ledger", StringComparison.Ordinal) || path.StartsWith("/api/v1/audit", StringComparison.Ordinal);

    private static string Path(RoutePattern pattern, string training) => "/" + string.Join('/', pattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternParameterPart { Name: "version" } => "1",
            RoutePatternParameterPart { Name: "path" } => "evaluation.json",
            RoutePatternParameterPart { Name: "stage" } => "Production",
            RoutePatternParameterPart { Name: "id" } => pattern.RawText!.Contains("trainings", StringComparison.Ordinal) ? training : "0",
            RoutePatternParameterPart { Name: "index" } => "3",
            RoutePatternParameterPart => Secret,
            _ => "",
        }))));
}
