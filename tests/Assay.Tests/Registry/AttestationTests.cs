using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Refusals;
using Assay.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry;

public sealed class AttestationTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    private const string Reviewed = "https://example.org/reviewed/v1";
    private const string Cleaned = "https://example.org/cleaned/v1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_statement_is_listed_served_verified_and_stated_in_the_ledger()
    {
        var version = (await scene.Register("stated", 0.8)).Version;

        var made = await scene.Attest("stated", 1, Reviewed, new JsonObject { ["by"] = "a reader", ["words"] = "größer < 3" });

        var listed = Assert.Single((await scene.Get<Page<AttestationSummary>>("/api/v1/models/stated/versions/latest/attestations"))!.Items, row => row.PredicateType == Reviewed);
        var shown = (await scene.Get<ModelVersionDetail>("/api/v1/models/stated/versions/1"))!.Attestations.Single(row => row.PredicateType == Reviewed);
        Assert.Equal((made.Id, made.Digest, made.BundleDigest, made.KeyHint), (listed.Id, listed.Digest, listed.BundleDigest, listed.KeyHint));
        Assert.Equal(listed, shown);

        foreach (var name in new[] { made.Id, made.Digest })
        {
            var bundle = await scene.Admin.GetAsync($"/api/v1/models/stated/versions/1/attestations/{name}", Cancel);
            var bytes = await bundle.Content.ReadAsByteArrayAsync(Cancel);
            Assert.Equal("application/vnd.dev.sigstore.bundle.v0.3+json", bundle.Content.Headers.ContentType!.MediaType);
            Assert.Equal((made.BundleDigest, made.BundleSizeBytes), (Digest.Of(bytes).ToString(), bytes.Length));
            var statement = Payload(JsonNode.Parse(bytes)!["dsseEnvelope"]!);
            Assert.Equal(version.Digest, "sha256:" + statement["subject"]![0]!["digest"]!["sha256"]);
            Assert.Equal((Reviewed, "größer < 3"), ((string?)statement["predicateType"], (string?)statement["predicate"]!["words"]));
        }

        Assert.All(await Verify("stated"), report => Assert.True(report.Verified, report.Problem));
        Assert.Equal("model.attested", (await scene.Events("model:stated@1"))[^1]);
    }

    [Fact]
    public async Task The_whole_set_comes_as_lines_whose_hash_is_the_digest_of_each()
    {
        await scene.Register("lines", 0.8);
        var first = await scene.Attest("lines", 1, Reviewed, new JsonObject { ["n"] = 1 });
        await Task.Delay(2, Cancel);   // ids of one millisecond have no order
        var second = await scene.Attest("lines", 1, Cleaned, new JsonObject { ["n"] = 2 });

        var answer = await scene.Admin.GetAsync("/api/v1/models/lines/versions/1/attestations.intoto.jsonl", Cancel);
        var lines = (await answer.Content.ReadAsStringAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("application/vnd.in-toto.bundle", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal([first.Digest, second.Digest], lines[^2..].Select(line => Digest.Of(Encoding.UTF8.GetBytes(line)).ToString()));
        Assert.Equal([Reviewed, Cleaned], lines[^2..].Select(line => (string?)Payload(JsonNode.Parse(line)!)["predicateType"]));
    }

    [Fact]
    public async Task A_statement_is_saved_with_its_event_or_not_at_all_also_about_a_version_that_is_just_being_made()
    {
        using var folder = new TemporaryFolder();
        scene.WritePackage(folder, "joined", 0.8);
        await using (var scope = scene.Scope())
        {
            var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
            await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
            await scope.ServiceProvider.GetRequiredService<IModels>().Register(new NewVersion("joined", new Dictionary<string, double>()), folder.Path, Cancel);
            await scope.ServiceProvider.GetRequiredService<IAttestations>().Add("joined", 1, Reviewed, new JsonObject(), Cancel);
            await db.SaveChangesAsync(Cancel);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await scene.Admin.GetAsync("/api/v1/models/joined/versions/1/attestations", Cancel)).StatusCode);
        Assert.Empty(await scene.Events("model:joined@1"));
    }

    [Fact]
    public async Task A_damaged_or_moved_statement_is_found_and_refused()
    {
        await scene.Register("damaged", 0.8);
        await scene.Register("innocent", 0.9);
        var damaged = await scene.Attest("damaged", 1, Reviewed, new JsonObject { ["n"] = 1 });
        var moved = await scene.Attest("innocent", 1, Reviewed, new JsonObject { ["n"] = 2 });
        var renamed = await scene.Attest("damaged", 1, Cleaned, new JsonObject { ["n"] = 3 });

        await Flip(scene.BlobFile(damaged.Digest));
        await scene.Server.Tamper($"UPDATE registry_attestations SET model = 'damaged' WHERE id = '{moved.Id}'");
        await scene.Server.Tamper($"UPDATE registry_attestations SET predicate_type = '{Reviewed}' WHERE id = '{renamed.Id}'");

        var reports = (await Verify("damaged")).ToDictionary(report => report.Id);
        Assert.Contains("is damaged", reports[damaged.Id].Problem, StringComparison.Ordinal);
        Assert.Contains("about another model", reports[moved.Id].Problem, StringComparison.Ordinal);
        Assert.Contains($"of type {Cleaned}, not {Reviewed}", reports[renamed.Id].Problem, StringComparison.Ordinal);
        await using var scope = scene.Scope();
        var book = scope.ServiceProvider.GetRequiredService<IAttestations>();
        var problem = await Assert.ThrowsAsync<TamperedAttestationException>(() => book.Open("damaged", 1, damaged.Digest, Cancel));
        Assert.Equal(damaged.Id, problem.Id);
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Admin.GetAsync("/api/v1/models/damaged/versions/1/attestations.intoto.jsonl", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_statement_that_was_taken_away_is_missed_by_the_ledger()
    {
        await scene.Register("dropped", 0.8);
        var made = await scene.Attest("dropped", 1, Reviewed, new JsonObject());
        await scene.Server.Tamper($"DELETE FROM registry_attestations WHERE id = '{made.Id}'");

        var answer = await scene.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
        var found = (await answer.Content.ReadFromJsonAsync<LedgerVerification>(AssayJson.Options, Cancel))!;

        Assert.Contains(found.Problems, problem => problem.Contains(made.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_there_is_not_and_what_can_not_be_signed_is_refused()
    {
        await scene.Register("narrow", 0.8);

        var missing = await scene.Admin.GetAsync("/api/v1/models/narrow/versions/1/attestations/none", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        await Assert.ThrowsAsync<ArgumentException>(() => scene.Attest("narrow", 1, "reviewed", new JsonObject()));
        Assert.Equal("not-found", (await Assert.ThrowsAsync<Refusal>(() => scene.Attest("narrow", 2, Reviewed, new JsonObject()))).Code);
        Assert.Equal("limit", (await Assert.ThrowsAsync<Refusal>(() => scene.Attest("narrow", 1, Reviewed, new JsonObject { ["x"] = new string('x', 5 << 20) }))).Code);
    }

    private async Task<IReadOnlyList<AttestationReport>> Verify(string model)
    {
        var answer = await scene.Admin.PostAsync($"/api/v1/models/{model}/versions/1/attestations/verify", null, Cancel);
        return (await answer.Content.ReadFromJsonAsync<List<AttestationReport>>(AssayJson.Options, Cancel))!;
    }

    private static JsonNode Payload(JsonNode envelope) => JsonNode.Parse(Convert.FromBase64String((string)envelope["payload"]!))!;

    private static async Task Flip(string path)
    {
        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Cancel);
    }
}
