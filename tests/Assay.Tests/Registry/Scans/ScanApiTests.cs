using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Client;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Registry;
using Assay.Registry.Scans;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry.Scans;

public sealed class ScanApiTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_is_scanned_as_it_is_registered_and_says_so()
    {
        var version = await scene.Register("scanned", 0.8);

        var scan = await scene.Get<ModelScanDetail>("/api/v1/models/scanned/versions/latest/scan");

        Assert.Equal((true, version.Version.Digest, ModelScanner.Version), (scan!.Report.Passed, scan.Digest, scan.Report.Scanner));
        Assert.Equal(["MLmodel", "baseline.json", "evaluation.json", "model.onnx", "schema.json"], scan.Report.Files.Select(file => file.Path));
        Assert.All(scan.Report.Files, file => Assert.Contains(version.Files, stored => stored.Path == file.Path && stored.Digest == file.Digest));
        Assert.True(version.Version.ScanPassed);
        Assert.Equal(["model.scanned", "model.attested"], (await scene.Events("model:scanned@1"))[^2..]);

        var statement = Assert.Single(version.Attestations, row => row.PredicateType == Predicates.Scan);
        await using var scope = scene.Scope();
        var opened = await scope.ServiceProvider.GetRequiredService<IAttestations>().Open("scanned", 1, statement.Id, Cancel);
        Assert.Equal("PASSED", opened.Predicate.GetProperty("result").GetString());
        Assert.Equal(5, opened.Predicate.GetProperty("files").GetArrayLength());
    }

    [Fact]
    public async Task A_version_with_a_finding_is_kept_and_does_not_enter_production()
    {
        await RegisterWith("blocked", "extra/model.pkl", PickleBytes.Attack());

        var scan = await scene.Get<ModelScanDetail>("/api/v1/models/blocked/versions/1/scan");
        var finding = Assert.Single(scan!.Report.Findings, finding => finding.Blocks);
        var (status, body) = await scene.Promote("blocked", "1");

        Assert.Equal(("pickle.import-dangerous", ScanSeverity.Critical, "extra/model.pkl"), (finding.Rule, finding.Severity, finding.Path));
        Assert.Equal(HttpStatusCode.Conflict, status);
        var rule = body.GetProperty("verdict").GetProperty("rules").EnumerateArray().Single(rule => rule.GetProperty("name").GetString() == "scan");
        Assert.False(rule.GetProperty("passed").GetBoolean());
        Assert.Contains(finding.Id, rule.GetProperty("value").GetString(), StringComparison.Ordinal);
        Assert.False((await scene.Get<ModelVersionDetail>("/api/v1/models/blocked/versions/1"))!.Version.ScanPassed);
    }

    [Fact]
    public async Task A_scan_that_was_changed_in_the_database_opens_no_gate()
    {
        await RegisterWith("forged", "model.pkl", PickleBytes.Attack());
        await scene.Server.Tamper("UPDATE registry_scans SET passed = true WHERE model = 'forged'");

        var (status, body) = await scene.Promote("forged", "1");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("the kept scan is not the one that was signed", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_was_never_scanned_opens_no_gate_until_it_is()
    {
        await scene.Register("unscanned", 0.8);
        await scene.Server.Tamper("DELETE FROM registry_scans WHERE model = 'unscanned'");
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Admin.GetAsync("/api/v1/models/unscanned/versions/1/scan", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Promote("unscanned", "1")).Status);

        var again = await scene.Admin.PostAsync("/api/v1/models/unscanned/versions/1/scan", null, Cancel);

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.True((await again.Content.ReadFromJsonAsync<ModelScanDetail>(AssayJson.Options, Cancel))!.Report.Passed);
        Assert.Equal(HttpStatusCode.OK, (await scene.Promote("unscanned", "1")).Status);
    }

    [Fact]
    public async Task A_file_that_is_sent_is_scanned_and_not_kept()
    {
        var before = Directory.EnumerateFiles(scene.Server.Home.Blobs, "*", SearchOption.AllDirectories).Count();
        var models = new AssayClient(scene.Admin).Models;

        var blocked = await models.ScanFile(new MemoryStream(PickleBytes.Attack()), "model.pkl", Cancel);
        var passed = await models.ScanFile(new MemoryStream(Scanned.Sample("tree.xz.joblib")), "tree.joblib", Cancel);

        Scanned.Blocked(blocked, "pickle.import-dangerous");
        Scanned.Passes(passed);
        Assert.Equal(("model.pkl", "pickle"), (blocked.Files[0].Path, blocked.Files[0].Format));
        Assert.Equal(before, Directory.EnumerateFiles(scene.Server.Home.Blobs, "*", SearchOption.AllDirectories).Count());
        Assert.Empty(Directory.EnumerateFileSystemEntries(scene.Server.Home.Work));
    }

    [Fact]
    public async Task Who_may_not_write_models_may_not_have_files_scanned()
    {
        var viewer = await scene.Server.Client(Role.Viewer);

        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync("/api/v1/scans", new ByteArrayContent([1]), Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("/api/v1/scans?name=")]
    [InlineData("/api/v1/scans?name=a%0Ab")]
    public async Task A_name_that_is_none_is_refused(string path)
    {
        var answer = await scene.Admin.PostAsync(path, new ByteArrayContent([1]), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("name", (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("field").GetString());
    }

    private Task<ModelVersionDetail> RegisterWith(string model, string path, byte[] bytes) => scene.InProject("default", async models =>
    {
        using var folder = new TemporaryFolder();
        scene.WritePackage(folder, model, 0.8);
        Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
        await File.WriteAllBytesAsync(folder[path], bytes, Cancel);
        return await models.Register(new NewVersion(model, new Dictionary<string, double>(), "run", RegistryScene.Dataset), folder.Path, Cancel);
    });
}
