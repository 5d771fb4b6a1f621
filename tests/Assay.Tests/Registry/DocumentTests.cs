using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.Registry.Gates;
using Assay.Registry.Policies;

namespace Assay.Tests.Registry;

/// <summary>What the documentation shows is what is shipped and run.</summary>
public sealed partial class DocumentTests
{
    private static readonly IGate[] Gates =
    [
        new MetricGate(), new CompareGate(), new FairnessGate(), new DataChecksGate(null!), new SignatureGate(null!, null!), new LatencyGate(null!),
        new AttestationsGate(null!),
    ];

    [Fact]
    public void The_policies_in_the_reference_are_the_shipped_ones() => Assert.Equal(
        [PolicyBook.Shipped("Production").Yaml, PolicyBook.Shipped("Staging").Yaml], Blocks("docs/reference/gate-policy.md", "yaml").Take(2));

    [Fact]
    public void Every_other_policy_in_the_reference_can_be_published() => Assert.All(
        Blocks("docs/reference/gate-policy.md", "yaml").Skip(2), policy => GatePolicy.Read(policy, Gates.ToDictionary(gate => gate.Kind)));

    [Fact]
    public void Every_kind_of_rule_stands_in_the_reference_with_its_settings()
    {
        var text = File.ReadAllText(Repository("docs/reference/gate-policy.md"));

        foreach (var gate in Gates)
        {
            var row = Assert.Single(text.Split('\n'), line => line.StartsWith($"| `{gate.Kind}:", StringComparison.Ordinal));
            Assert.All(gate.Settings, setting => Assert.Contains($"`{setting}", row, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_script_in_the_guide_is_the_one_that_the_tests_run() => Assert.Equal(
        [File.ReadAllText(Repository("tests/Assay.Tests/Registry/verify-with-sigstore.mjs"))], Blocks("docs/how-to/verify-a-model-offline.md", "js"));

    [Fact]
    public void The_guide_installs_the_versions_that_the_tests_install() => Assert.Contains(
        $"npm install {string.Join(' ', PublicTools.Packages)}\n", File.ReadAllText(Repository("docs/how-to/verify-a-model-offline.md")), StringComparison.Ordinal);

    [Fact]
    public async Task The_words_in_the_reference_are_a_card()
    {
        await using var scene = new RegistryScene();
        await scene.InitializeAsync();
        await scene.Register("churn", 0.8);
        var words = JsonNode.Parse(Blocks("docs/reference/model-cards.md", "json").Single());
        var answer = await scene.Admin.PutAsJsonAsync("/api/v1/models/churn/versions/1/card", new { words, after = 0 }, TestContext.Current.CancellationToken);

        var card = await answer.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        Assert.Equal(1, (int)card!["number"]!);
        Assert.True(JsonNode.DeepEquals(words, card["words"]), card["words"]!.ToJsonString());
    }

    private static IEnumerable<string> Blocks(string path, string language) =>
        Fence().Matches(File.ReadAllText(Repository(path))).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["content"].Value);

    private static string Repository(string path, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../..", path));

    [GeneratedRegex("^```(?<language>\\w+)\n(?<content>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
