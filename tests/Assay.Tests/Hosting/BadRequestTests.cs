using System.Net;
using System.Text;
using System.Text.Json;

namespace Assay.Tests.Hosting;

/// <summary>A request that can't be read is refused by the names that its sender knows, and never by those of the code.</summary>
public sealed class BadRequestTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_can_t_be_read_is_named_with_what_is_wanted()
    {
        await using var server = await TestServer.Start();
        foreach (var (body, field, detail) in new (string, string?, string)[]
        {
            ("""{"candidates":[{"version":"2"}],"plan":{"strategy":"foo"}}""", "plan.strategy", "'plan.strategy' can't be read in line 1: it is one of canary, blueGreen, aB, shadow, bandit."),
            ("""{"candidates":[{"version":2}]}""", "candidates[0].version", "'candidates[0].version' can't be read in line 1: it is a text."),
            ("""{"candidates":7}""", "candidates", "'candidates' can't be read in line 1: it is a list."),
            ("{\"candidates\":[{\"version\":\"2\"}],\n\"plan\":{\"steps\":[{\"weightPercent\":\"much\"}]}}", "plan.steps[0].weightPercent", "'plan.steps[0].weightPercent' can't be read in line 2: it is a whole number."),
            ("7", null, "The body can't be read in line 1: it is an object."),
            ("{]", null, "The body is not JSON in line 1: "),
            ("", null, "The request has no body. Send JSON."),
        })
        {
            using var answer = await server.Admin.PostAsync("/api/v1/endpoints/churn/rollout", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
            Check(await answer.Content.ReadAsStringAsync(Cancel), answer.StatusCode, field, detail);
        }

        foreach (var (body, field, detail) in new[]
        {
            ("""{"rowsMax":-1}""", "rowsMax", "'rowsMax' must be between 1 and 100000."),
            ("""{"rowMax":5}""", "rowMax", "'rowMax' is not known here."),
        })
        {
            using var answer = await server.Admin.PutAsync("/api/v1/endpoints/churn/limits", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
            Check(await answer.Content.ReadAsStringAsync(Cancel), answer.StatusCode, field, detail);
        }

        foreach (var (path, body, field) in new[]
        {
            ("monitors/churn", """{"windowRow":500}""", "windowRow"),
            ("monitors/churn/rules", """{"rules":[{"abov":1}]}""", "rules[0].abov"),
            ("retention", """{"productionDay":1}""", "productionDay"),
        })
        {
            using var answer = await server.Admin.PutAsync($"/api/v1/{path}", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
            Check(await answer.Content.ReadAsStringAsync(Cancel), answer.StatusCode, field, $"'{field}' is not known here.");
        }

        using var empty = await server.Admin.PostAsync("/api/v1/endpoints/churn/rollout", new StringContent("{}", Encoding.UTF8, "application/json"), Cancel);
        Check(await empty.Content.ReadAsStringAsync(Cancel), empty.StatusCode, "candidates", "'candidates' is missing.");
        using var missing = await server.Admin.DeleteAsync("/api/v1/endpoints/churn/prediction-files", Cancel);
        Check(await missing.Content.ReadAsStringAsync(Cancel), missing.StatusCode, "before", "'before' is missing in the query.");
    }

    private static void Check(string text, HttpStatusCode status, string? field, string detail)
    {
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var problem = JsonElement.Parse(text);
        Assert.StartsWith(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(field, problem.TryGetProperty("field", out var named) ? named.GetString() : null);
        Assert.DoesNotMatch("System\\.|Assay\\.|Request ", problem.GetProperty("detail").GetString());
    }
}
