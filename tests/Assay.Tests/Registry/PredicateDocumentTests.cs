using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.Kernel;
using Assay.Pipelines;
using Assay.Registry;
using Assay.Registry.Approvals;
using Assay.Registry.Attestations;
using Assay.Registry.Waivers;
using Assay.Tests.Pipelines;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry;

/// <summary>What docs/reference/attestations.md shows of each statement is what a real training, gate and approval leave.</summary>
public sealed partial class PredicateDocumentTests
{
    private static readonly NewTraining Churn = new("churn", [new("telco")], "churn", Promote: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_documents_examples_have_exactly_the_members_of_real_statements()
    {
        await using var server = await TestServer.Start(adjust: TrainingWork.WithRealSteps);
        await server.Admin.Upload("/api/v1/datasets/telco", Subscribers.Csv());
        await Train(server);
        await Train(server);   // the second one is compared with the first
        var predicates = await Predicates(server);
        predicates[Assay.Registry.Predicates.Approval] = [AnApproval(predicates)];
        predicates[Assay.Registry.Predicates.Scan] = [AScan()];
        predicates[Assay.Registry.Predicates.Waiver] = [AWaiver()];
        predicates[Assay.Registry.Predicates.BreakGlass] =
            [Assay.Registry.Predicates.Write(new BreakGlassPredicate("1", "Production", "person:1", "fire", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch))];

        var documented = Examples();
        Assert.Equal(predicates.Keys.Order(StringComparer.Ordinal), documented.Keys.Order(StringComparer.Ordinal));
        foreach (var (type, example) in documented)
            Assert.Equal(Members(predicates[type]), Members([example]));
    }

    [Fact]
    public async Task A_trainings_provenance_names_what_was_asked_for_and_what_went_in()
    {
        await using var server = await TestServer.Start(adjust: TrainingWork.WithRealSteps);
        await server.Admin.Upload("/api/v1/datasets/telco", Subscribers.Csv());
        var training = await Train(server);

        var predicates = await Predicates(server);

        var provenance = Assert.Single(predicates[Assay.Registry.Predicates.Provenance]);
        var asked = provenance["buildDefinition"]!["externalParameters"]!;
        Assert.Equal("""{"model":"churn","label":"churn","seed":20,"datasets":["telco@1"]}""", asked.ToJsonString());
        var data = provenance["buildDefinition"]!["resolvedDependencies"]![0]!;
        Assert.Equal(training.Datasets[0].Digest, "sha256:" + data["digest"]!["sha256"]);
        Assert.EndsWith($"/trainings/{training.Id}", (string)provenance["runDetails"]!["metadata"]!["invocationId"]!, StringComparison.Ordinal);

        var checks = Assert.Single(predicates[Assay.Registry.Predicates.TestResult]);
        Assert.Equal("PASSED", (string)checks["result"]!);
        Assert.NotEmpty(checks["passedTests"]!.AsArray());

        // The verdict names every statement that was there before it.
        var verdict = Assert.Single(predicates[Assay.Registry.Predicates.VerificationSummary]);
        var detail = (await server.Admin.GetFromJsonAsync<ModelVersionDetail>("/api/v1/models/churn/versions/1", AssayJson.Options, Cancel))!;
        Assert.Equal("PASSED", (string)verdict["verificationResult"]!);
        Assert.Equal(
            detail.Attestations.Where(made => made.PredicateType != Assay.Registry.Predicates.VerificationSummary).Select(made => made.Digest).Order(StringComparer.Ordinal),
            verdict["inputAttestations"]!.AsArray().Select(input => "sha256:" + input!["digest"]!["sha256"]).Order(StringComparer.Ordinal));
    }

    private static async Task<TrainingSummary> Train(TestServer server)
    {
        var training = await server.Admin.AwaitEnd("", (await server.Admin.Train("", Churn)).Id);
        Assert.True(training.Status == TrainingStatus.Succeeded, training.Problem);
        return training;
    }

    private static async Task<Dictionary<string, List<JsonNode>>> Predicates(TestServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Assay.Kernel.Projects.ProjectScope>().Enter("default");
        var book = scope.ServiceProvider.GetRequiredService<IAttestations>();
        var found = new Dictionary<string, List<JsonNode>>(StringComparer.Ordinal);
        var newest = (await scope.ServiceProvider.GetRequiredService<IModels>().Find("churn", "latest", Cancel))!;
        foreach (var attestation in newest.Attestations)
        {
            var opened = await book.Open("churn", newest.Version.Version, attestation.Id, Cancel);
            if (!found.TryGetValue(attestation.PredicateType, out var list))
                found.Add(attestation.PredicateType, list = []);
            list.Add(JsonNode.Parse(opened.Predicate.GetRawText())!);
        }

        return found;
    }

    private static JsonNode AnApproval(Dictionary<string, List<JsonNode>> predicates) => new ApprovalPredicate(
        new Approver("user:7d9c", "https://id.example.org", new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero), "user:1f00"),
        "approver",
        ApprovalPredicate.Approved,
        "Looked at the slice of new customers too.",
        "Production",
        new("Production", $"{AssayNames.Base}/projects/default/api/v1/policies/Production/versions/1", new Dictionary<string, string> { ["sha256"] = new('4', 64) }),
        [.. predicates.Keys.Select(type => new Evidence(type, new Dictionary<string, string> { ["sha256"] = new('5', 64) }))],
        new(2026, 11, 25, 9, 30, 0, TimeSpan.Zero),
        new(2026, 12, 25, 9, 30, 0, TimeSpan.Zero)).ToJson();

    private static JsonNode AWaiver()
    {
        var digest = new Dictionary<string, string> { ["sha256"] = new('8', 64) };
        return new WaiverPredicate(
            "1", WaiverPredicate.Granted, [new("f3a1", "pickle.import-unknown", "model.pkl")],
            new(digest, new($"{AssayNames.Base}/scanner", "1"), new(null, null, digest), ["f3a1"]),
            "Our own class, reviewed.", "token:1", new Approver("user:7d9c", "local", null), "I read its code.", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch).ToJson();
    }

    private static JsonNode AScan() => new ScanPredicate(
        new($"{AssayNames.Base}/scanner", "0.1.0"),
        new(null, null, new Dictionary<string, string> { ["sha256"] = new('6', 64) }),
        ScanPredicate.Failed,
        new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero),
        [new("model.pkl", new Dictionary<string, string> { ["sha256"] = new('7', 64) }, "pickle")],
        [new("f3a1", "pickle.import-unknown", "high", true, "model.pkl", "imports os.system, which runs programs")]).ToJson();

    /// <summary>Each path of a document's members with the kind of value there; elements of a list count as one.</summary>
    private static List<string> Members(IEnumerable<JsonNode> documents)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var document in documents)
            Walk("", document);
        return [.. found];

        void Walk(string path, JsonNode? node)
        {
            found.Add($"{path}: {(node?.GetValueKind() is JsonValueKind.True ? JsonValueKind.False : node?.GetValueKind())}");
            foreach (var (name, value) in node as JsonObject ?? [])
                Walk(IsMap(path) ? $"{path}.*" : $"{path}.{name}", value);
            foreach (var item in node as JsonArray ?? [])
                Walk($"{path}[]", item);
        }

        // Names of settings and libraries are not the form's.
        static bool IsMap(string path) => path is ".buildDefinition.internalParameters.params" or ".runDetails.builder.version";
    }

    private static Dictionary<string, JsonNode> Examples()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "docs/reference/attestations.md"));
        var found = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (Match match in Example().Matches(text))
            found.Add(match.Groups["type"].Value, JsonNode.Parse(match.Groups["json"].Value)!);
        return found;
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));

    [GeneratedRegex(@"^Predicate type: `(?<type>[^`]+)`[^`]*?```json\n(?<json>.*?)\n```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Example();
}
