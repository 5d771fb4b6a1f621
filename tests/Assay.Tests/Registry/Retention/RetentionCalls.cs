using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Governance.Sweeping;
using Assay.Kernel;
using Assay.Registry.Retention;
using Assay.Tests.Registry.Approvals;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry.Retention;

/// <summary>What people ask about keeping, holding and deleting.</summary>
internal static class RetentionCalls
{
    private static CancellationToken Cancel => ApprovalScene.Cancel;

    extension(HttpClient client)
    {
        public Task<HttpResponseMessage> Delete(string model, int version, string reason = "Superseded.") =>
            client.DeleteAsync($"/api/v1/models/{model}/versions/{version}?reason={Uri.EscapeDataString(reason)}", Cancel);

        public async Task<VersionRetentionDetail> Retention(string model, int version) =>
            (await client.GetFromJsonAsync<VersionRetentionDetail>($"/api/v1/models/{model}/versions/{version}/retention", AssayJson.Options, Cancel))!;

        public Task<HttpResponseMessage> SetRule(int production, int staging, int other) =>
            client.PutAsJsonAsync("/api/v1/retention", new { productionDays = production, stagingDays = staging, otherDays = other }, Cancel);

        public Task<HttpResponseMessage> Hold(string model, int? version = null, string reference = "case 26-114") =>
            client.PostAsJsonAsync(
                version is null ? $"/api/v1/models/{model}/holds" : $"/api/v1/models/{model}/versions/{version}/holds",
                new { reason = "The regulator has asked for it.", reference },
                Cancel);

        public Task<HttpResponseMessage> Release(LegalHoldSummary hold) =>
            client.PostAsJsonAsync($"/api/v1/models/{hold.Model}/holds/{hold.Id}/release", new { reason = "The case is closed." }, Cancel);
    }

    public static async Task<T> Read<T>(HttpResponseMessage answer, HttpStatusCode expected = HttpStatusCode.OK)
    {
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancel)}");
        return (await answer.Content.ReadFromJsonAsync<T>(AssayJson.Options, Cancel))!;
    }

    /// <summary>The sentence of a refusal.</summary>
    public static async Task<string> Refused(HttpResponseMessage answer, HttpStatusCode expected = HttpStatusCode.Conflict)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty("detail").GetString()!;
    }

    /// <summary>Removes what no row names, as the next turn of the sweep does.</summary>
    public static Task<int> Sweep(TestServer server) => server.Services.GetRequiredService<BlobSweeper>().Sweep(Cancel);

    public static async Task<JsonElement> VerifyLedger(TestServer server) =>
        await Read<JsonElement>(await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel));
}
