using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Performance;
using Assay.Tests.Inference;
using Assay.Tests.Serving;
using Assay.Tests.Serving.PredictionLog;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Tests.Monitoring.Labels;

/// <summary>The real host with a model at the endpoint <c>churn</c>, which joins labels only when a test says so.</summary>
internal sealed class LabelScene : IAsyncDisposable
{
    private LabelScene(TestServer server) => Server = server;

    public TestServer Server { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<LabelScene> Start(float bias = -2, Action<WebApplicationBuilder>? more = null)
    {
        var scene = new LabelScene(await TestServer.Start(adjust: builder =>
        {
            Adjust(builder);
            more?.Invoke(builder);
        }));
        await ServingHost.Register(scene.Server, bias);
        await ServingHost.Deploy(scene.Server, "churn", "1");
        return scene;
    }

    /// <summary>The same with a model named <c>wine</c> of these files, which may be of any kind.</summary>
    public static async Task<LabelScene> Of(params (string Path, byte[] Content)[] files)
    {
        var scene = new LabelScene(await TestServer.Start(adjust: Adjust));
        await MlflowPackages.Register(scene.Server, "wine", files);
        await ServingHost.Deploy(scene.Server, "churn", "1", "wine");
        return scene;
    }

    /// <summary>Stops the host and starts another one on its home.</summary>
    public static async Task<LabelScene> Restart(LabelScene running)
    {
        await running.Server.StopKeepingHome();
        return new(await TestServer.Restart(running.Server, Adjust));
    }

    private static void Adjust(WebApplicationBuilder builder) => builder.Configuration["Monitoring:JoinSeconds"] = "80000";

    /// <summary>Asks for a prediction: about 0.5 at 40 of age, more above. Gives its id.</summary>
    public Task<string> Predict(double age, string plan = "größer", string? id = null) =>
        LogHost.Call(Server.Admin, JsonSerializer.Serialize(new object[] { new object?[] { age, null, plan } }), id);

    /// <summary>Waits until that many calls are in the log.</summary>
    public Task Logged(int calls) => ServingHost.Until(async () => (await LogHost.List(Server.Admin, "limit=200")).Items.Count >= calls);

    public static double Score(double age, string plan = "größer") => TinyModel.Expect(age, null, plan);

    /// <summary>What the clock does every few seconds.</summary>
    public Task Tick() => Server.Services.GetServices<IHostedService>().OfType<PerformanceClock>().Single().Tick(Cancel);

    public async Task<LabelsPosted> Post(params object[] labels)
    {
        using var answer = await Server.Admin.PostAsJsonAsync("/api/v1/endpoints/churn/labels", labels, AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<LabelsPosted>(AssayJson.Options, Cancel))!;
    }

    public Task<HttpResponseMessage> Send(string body, string type = "application/json") =>
        Server.Admin.PostAsync("/api/v1/endpoints/churn/labels", new StringContent(body, Encoding.UTF8, type), Cancel);

    public async Task<IReadOnlyList<LabelSummary>> Labels(string query = "") =>
        (await Get<Page<LabelSummary>>($"/api/v1/endpoints/churn/labels?{query}")).Items;

    public Task<PerformanceReport> Show(string query = "") => Get<PerformanceReport>($"/api/v1/endpoints/churn/performance?{query}");

    public async Task<PerformanceSettings> Set(PerformanceSettings settings)
    {
        using var answer = await Server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn/performance-settings", settings, AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<PerformanceSettings>(AssayJson.Options, Cancel))!;
    }

    public async Task<T> Get<T>(string path) => (await Server.Admin.GetFromJsonAsync<T>(path, AssayJson.Options, Cancel))!;

    public Task<List<JsonElement>> Events(string type) => LogHost.Events(Server, type);

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}

internal static class MeasureReading
{
    /// <summary>The measure of that name.</summary>
    public static Measure Named(this IReadOnlyList<Measure> measures, string name) => measures.Single(measure => measure.Name == name);
}
