using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Assay.Kernel;
using Assay.Registry;
using Assay.Registry.Gates;
using Assay.Tests.Registry.Samples;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry;

/// <summary>The gate of docs/how-to/write-your-first-gate.md, compiled and run.</summary>
public sealed class FirstGateTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_gate_of_the_guide_can_be_asked_for_in_a_policy_and_judges()
    {
        await using var scene = new RegistryScene { Adjust = builder => builder.Services.AddScoped<IGate, EnoughRowsGate>() };
        await scene.InitializeAsync();
        await scene.Register("guided", 0.8);

        var put = await Put(scene, "rules:\n  - {rows: training, min: 1000}\n");
        var misspelt = await Put(scene, "rules:\n  - rows: training\n");
        var (status, problem) = await scene.Promote("guided", "1");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (put, misspelt));
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal(
            new GateRuleResult("rows training", false, "the evaluation does not say", "at least 1000"),
            Assert.Single(problem.GetProperty("verdict").Deserialize<GateVerdict>(AssayJson.Options)!.Rules));
    }

    [Fact]
    public void The_guide_shows_the_gate_that_is_compiled_here() => Assert.Contains(
        File.ReadAllText(Path.Combine(Here(), "Samples/EnoughRowsGate.cs")).Trim(),
        File.ReadAllText(Path.Combine(Here(), "../../../docs/how-to/write-your-first-gate.md")),
        StringComparison.Ordinal);

    private static async Task<HttpStatusCode> Put(RegistryScene scene, string policy) =>
        (await scene.Admin.PutAsync("/api/v1/policies/production", new StringContent(policy, Encoding.UTF8, "application/yaml"), Cancel)).StatusCode;

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
