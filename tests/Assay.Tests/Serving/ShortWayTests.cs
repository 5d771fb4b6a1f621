using System.Net;
using Assay.Governance.Access;
using Assay.Governance.Access.Bindings;
using Assay.Tests.Governance;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

/// <summary>Predictions are reached by a short way, which must let nobody in whom the long one would not.</summary>
public sealed class ShortWayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_is_denied_an_endpoint_is_refused_at_the_next_request_and_the_refusal_is_recorded()
    {
        await using var server = await TestServer.Start();
        await Register(server, 0);
        await Deploy(server, "churn", "1");
        var account = await server.Account();
        await server.Bind(account.Id, Role.MlEngineer, "default", "endpoints/churn");
        var member = await server.As(account);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [await Status(member), await Status(member)]);   // the second by the short way

        await server.Bind(account.Id, Role.MlEngineer, "default", "endpoints/churn", BindingEffect.Deny);
        Assert.Equal(HttpStatusCode.Forbidden, await Status(member));
        Assert.Contains("/endpoints/churn/predict", await server.Admin.GetStringAsync("/api/v1/ledger?type=access.refused", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_token_predicts_nothing_more()
    {
        await using var server = await TestServer.Start();
        await Register(server, 0);
        await Deploy(server, "churn", "1");
        var engineer = await server.Client(Role.MlEngineer);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [await Status(engineer), await Status(engineer)]);

        var id = engineer.DefaultRequestHeaders.Authorization!.Parameter!.Split('_')[1];
        Assert.Equal(HttpStatusCode.NoContent, (await server.Admin.DeleteAsync($"/api/v1/tokens/{id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(engineer));
    }

    [Fact]
    public async Task A_token_of_one_project_and_a_right_on_one_endpoint_go_no_further()
    {
        await using var server = await TestServer.Start();
        foreach (var name in new[] { "churn", "fraud" })
        {
            await Register(server, 0, name);
            await Deploy(server, name, "1", name);
        }

        var elsewhere = await server.Client(Role.MlEngineer, "team-a");
        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], [await Status(elsewhere), await Status(elsewhere)]);

        var account = await server.Account();
        await server.Bind(account.Id, Role.MlEngineer, "default", "endpoints/churn");
        var member = await server.As(account);
        Assert.Equal(HttpStatusCode.OK, await Status(member));
        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], [await Status(member, "fraud"), await Status(member, "fraud")]);
        Assert.Equal(HttpStatusCode.NotFound, (await Ask(server.Admin, "no-such")).StatusCode);
    }

    private static async Task<HttpStatusCode> Status(HttpClient client, string endpoint = "churn") => (await Ask(client, endpoint)).StatusCode;
}
