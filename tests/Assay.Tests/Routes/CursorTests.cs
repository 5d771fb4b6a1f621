using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using Assay.Kernel.Paging;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Routes;

/// <summary>A cursor that a list can't have given is refused: compared with the rows' ids it would give any page, such as the first one for ever.</summary>
public sealed class CursorTests
{
    // Sorted by names, of which any may have been one that is gone.
    private static readonly string[] ByName =
        ["ListRoles", "ListGroups", "ListPeople", "ListServiceAccounts", "ListProjects", "ListDatasets", "ListModels", "ListEndpoints", "ListMonitors", "ListDatasetMonitors"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_list_refuses_a_cursor_that_it_cannot_have_given()
    {
        await using var server = await TestServer.Start();
        var lists = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.Parameters.Count == 0
                && route.Metadata.GetMetadata<MethodInfo>()?.GetParameters().Any(parameter => parameter.ParameterType == typeof(PageRequest)) == true)
            .ToList();
        Assert.True(lists.Count > 20, $"Only {lists.Count} lists were found.");
        var wrong = new List<string>();
        foreach (var list in lists.Where(list => !ByName.Contains(list.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName)))
        {
            var path = list.RoutePattern.RawText!;
            using var answer = await server.Admin.GetAsync($"{path}?cursor=foo", Cancel);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            if (answer.StatusCode != HttpStatusCode.BadRequest || JsonElement.Parse(text).GetProperty("field").GetString() != "cursor")
                wrong.Add($"{list.DisplayName} answers {(int)answer.StatusCode} {text}: read the cursor by page.AfterId(), or name the list above if it is sorted by names");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task The_cursor_of_each_page_leads_to_the_next_one()
    {
        await using var server = await TestServer.Start();
        foreach (var name in new[] { "a", "b", "c" })
            (await server.Admin.PostAsJsonAsync("/api/v1/tokens", new { name, role = "viewer" }, Cancel)).EnsureSuccessStatusCode();
        foreach (var path in new[] { "/api/v1/tokens", "/api/v1/bindings", "/api/v1/people" })
        {
            var (ids, cursor) = (new List<string>(), "");
            do
            {
                var page = await server.Admin.GetFromJsonAsync<JsonElement>($"{path}?limit=1{cursor}", Cancel);
                ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
                cursor = page.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={next}" : "";
            }
            while (cursor.Length > 0);
            Assert.NotEmpty(ids);
            Assert.Equal(ids.Distinct(), ids);
        }
    }
}
