using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Assay.Tests.Serving;

/// <summary>Callers of endpoints who come with a token of the OpenID provider.</summary>
public sealed class OidcCallerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_predicts_with_a_token_of_the_provider_once_it_is_linked_and_bound_and_until_it_is_not()
    {
        await using var issuer = await TestIssuer.Start();
        await using var server = await TestServer.Start(settings: new()
        {
            ["Oidc:Authority"] = issuer.Address,
            ["Oidc:ClientId"] = "assay",
            ["Oidc:Audience"] = TestIssuer.Audience,
            ["Oidc:RequireHttps"] = "false",
        });
        await ServingHost.Register(server, bias: 1);
        await ServingHost.Deploy(server, "churn", "1");
        using var caller = server.Connect(issuer.Token("nightly"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(caller));

        var account = (await Post(server, "service-accounts", new { name = "nightly" })).GetProperty("id").GetString();
        await Post(server, "external-logins", new { issuer = issuer.Address, subject = "nightly", principal = account });
        Assert.Equal(HttpStatusCode.Forbidden, await Ask(caller));

        await Post(server, "bindings", new { principal = account, role = "ml-engineer" });
        for (var call = 0; call < 3; call++)   // the second one may go the short way
            Assert.Equal(HttpStatusCode.OK, await Ask(caller));
        using var kserve = await caller.PostAsJsonAsync("/v1/models/churn:predict", new { instances = new object[] { new object[] { 30, 500, "plus" } } }, Cancel);
        Assert.Equal(HttpStatusCode.OK, kserve.StatusCode);
        foreach (var wrong in (string[])[issuer.Token("nightly", audience: "urn:another"), issuer.Token("nightly", seconds: -3600), issuer.Token("nightly", "HS256"), issuer.Token("stranger")])
        {
            using var stranger = server.Connect(wrong);
            Assert.Equal(HttpStatusCode.Unauthorized, await Ask(stranger));
        }

        (await server.Admin.PatchAsJsonAsync($"/api/v1/service-accounts/{account}", new { active = false }, Cancel)).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(caller));
    }

    private static async Task<HttpStatusCode> Ask(HttpClient caller)
    {
        using var answer = await ServingHost.Ask(caller, "churn");
        return answer.StatusCode;
    }

    private static async Task<JsonElement> Post(TestServer server, string path, object body)
    {
        using var answer = await server.Admin.PostAsJsonAsync($"/api/v1/{path}", body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }
}
