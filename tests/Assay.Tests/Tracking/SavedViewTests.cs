using System.Net;
using System.Net.Http.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Tests.Governance;
using Assay.Tests.Tracking.Mlflow;
using Assay.Tracking.Views;

namespace Assay.Tests.Tracking;

/// <summary>Views of the run table belong to who saved them, wherever they look from.</summary>
public sealed class SavedViewTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_view_is_found_again_replaced_and_forgotten_and_nobody_else_sees_it()
    {
        var (mine, other) = (await shared.Server.Member(Role.Viewer), await shared.Server.Member(Role.Administrator));
        var url = $"/api/v1/experiments/{await shared.Client.NewExperiment("views")}/views";
        await Save(mine, $"{url}/best", "?order=metrics.auc%20DESC");
        await Save(mine, $"{url}/all%20of%20them", "");
        await Save(mine, $"{url}/best", "?filter=a");

        Assert.Equal([new("all of them", ""), new("best", "?filter=a")], await List(mine, url));
        Assert.Empty(await List(other, url));
        Assert.Equal(HttpStatusCode.NotFound, (await other.DeleteAsync($"{url}/best", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await mine.DeleteAsync($"{url}/best", Cancel)).StatusCode);
        Assert.Equal([new("all of them", "")], await List(mine, url));
    }

    [Theory]
    [InlineData("name", "https://elsewhere", "query")]
    [InlineData("%20", "?a", "name")]
    public async Task What_is_no_view_is_refused(string name, string query, string field)
    {
        using var answer = await shared.Server.Admin.PutAsJsonAsync($"/api/v1/experiments/0/views/{name}", new { query }, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(field, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Only_so_many_are_kept_of_an_experiment_that_there_is()
    {
        var reader = await shared.Server.Member(Role.Viewer);
        var url = $"/api/v1/experiments/{await shared.Client.NewExperiment("many views")}/views";
        for (var i = 0; i < 100; i++)
            await Save(reader, $"{url}/{i}", "?a");
        using var tooMany = await reader.PutAsJsonAsync($"{url}/101", new { query = "?a" }, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, tooMany.StatusCode);
        await Save(reader, $"{url}/7", "?b");
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync("/api/v1/experiments/123/views", Cancel)).StatusCode);
    }

    private static async Task Save(HttpClient client, string url, string query)
    {
        using var answer = await client.PutAsJsonAsync(url, new { query }, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<List<RunTableView>> List(HttpClient client, string url) => (await client.GetFromJsonAsync<List<RunTableView>>(url, AssayJson.Options, Cancel))!;
}
