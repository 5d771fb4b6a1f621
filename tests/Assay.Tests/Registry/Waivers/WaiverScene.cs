using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Kernel;
using Assay.Registry;
using Assay.Registry.Waivers;
using Assay.Tests.Registry.Approvals;

namespace Assay.Tests.Registry.Waivers;

/// <summary>The scene of approvals under a policy that asks nobody and does not speak of scans; Alice makes, the approvers may waive.</summary>
public sealed class WaiverScene : IAsyncLifetime
{
    public const string Policy = "rules:\n  - signature: valid\n";

    public ApprovalScene People { get; } = new();

    public static CancellationToken Cancel => ApprovalScene.Cancel;

    public async ValueTask InitializeAsync()
    {
        await People.InitializeAsync();
        await People.Publish(Policy);
    }

    public ValueTask DisposeAsync() => People.DisposeAsync();

    public async Task<IReadOnlyList<string>> Blocking(string model, int version = 1) =>
        [.. (await Scan(model, version)).Report.Findings.Where(finding => finding.Blocks).Select(finding => finding.Id)];

    public async Task<ModelScanDetail> Scan(string model, int version = 1, HttpClient? by = null) =>
        (await (by ?? People.Admin).GetFromJsonAsync<ModelScanDetail>($"/api/v1/models/{model}/versions/{version}/scan", AssayJson.Options, Cancel))!;

    public Task<HttpResponseMessage> TryAsk(string model, IEnumerable<string> findings, HttpClient? by = null, int version = 1, DateTimeOffset? expiresAt = null) =>
        (by ?? People.Alice.Client).PostAsJsonAsync($"/api/v1/models/{model}/versions/{version}/waivers", new { findings, reason = "Our own class, reviewed.", expiresAt }, Cancel);

    /// <summary>Asks to waive everything that blocks.</summary>
    public async Task<WaiverSummary> Ask(string model, HttpClient? by = null, int version = 1)
    {
        var answer = await TryAsk(model, await Blocking(model, version), by, version);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<WaiverSummary>(AssayJson.Options, Cancel))!;
    }

    public static Task<HttpResponseMessage> Decide(HttpClient by, WaiverSummary waiver, string decision = "granted", string? comment = "I read its code.") =>
        by.PostAsJsonAsync($"/api/v1/models/{waiver.Model}/versions/{waiver.Version}/waivers/{waiver.Id}/decisions", new { decision, comment }, Cancel);

    /// <summary>A blocked version whose finding Bob has waived.</summary>
    public async Task<(ModelVersionDetail Version, WaiverSummary Waiver)> Waived(string model)
    {
        var version = await People.RegisterBlocked(model);
        var waiver = await Ask(model);
        var answer = await Decide(People.Bob.Client, waiver);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
        return (version, waiver);
    }

    public async Task<WaiverSummary> Show(WaiverSummary waiver) =>
        (await People.Admin.GetFromJsonAsync<List<WaiverSummary>>($"/api/v1/models/{waiver.Model}/versions/{waiver.Version}/waivers", AssayJson.Options, Cancel))!
        .Single(each => each.Id == waiver.Id);

    /// <summary>The version is kept apart at the gate and at an endpoint, for this reason.</summary>
    public async Task InQuarantine(string model, string reason)
    {
        var (status, problem) = await People.Promote(model);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await People.Deploy(model, model, "1")).StatusCode);
    }

    public static Task<HttpResponseMessage> Download(HttpClient by, string model, string file = "extra.pkl") =>
        by.GetAsync($"/api/v1/models/{model}/versions/1/files/{file}", Cancel);

    public static string ScanRule(JsonElement verdict) => verdict.GetProperty("rules").EnumerateArray()
        .Single(rule => rule.GetProperty("name").GetString() == "scan").GetProperty("value").GetString()!;
}
