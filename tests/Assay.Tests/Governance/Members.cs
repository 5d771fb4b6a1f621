using System.Net;
using System.Net.Http.Json;
using Assay.Governance.Access;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Bindings;
using Assay.Kernel;

namespace Assay.Tests.Governance;

/// <summary>Makes accounts with rights, as an administrator does.</summary>
internal static class Members
{
    private static int _made;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    extension(TestServer server)
    {
        /// <summary>Calls as a service account of the administrator that has this role, and whose token limits nothing.</summary>
        public async Task<HttpClient> Member(string role, string? project = null, string? resource = null)
        {
            var account = await server.Account();
            await server.Bind(account.Id, role, project, resource);
            return await server.As(account);
        }

        public async Task<ServiceAccountSummary> Account(string? owner = null) =>
            await server.Make<ServiceAccountSummary>("service-accounts", new { name = $"account-{Interlocked.Increment(ref _made)}", owner });

        public async Task<PersonSummary> Person(string userName) =>
            await server.Make<PersonSummary>("people", new { userName, displayName = userName });

        public async Task<GroupSummary> Group(string name, params IEnumerable<string> members)
        {
            var group = await server.Make<GroupSummary>("groups", new { name });
            foreach (var member in members)
                Assert.Equal(HttpStatusCode.NoContent, (await server.Admin.PutAsync($"/api/v1/groups/{group.Id}/members/{member}", null, Cancel)).StatusCode);
            return group;
        }

        public async Task<BindingSummary> Bind(
            string principal, string role, string? project = null, string? resource = null,
            BindingEffect effect = BindingEffect.Allow, DateTimeOffset? expiresAt = null) =>
            await server.Make<BindingSummary>("bindings", new { principal, role, project, resource, effect, expiresAt });

        /// <summary>Calls with a new token of a service account that the administrator owns.</summary>
        public async Task<HttpClient> As(ServiceAccountSummary account) =>
            server.Connect((await server.Make<CreatedToken>("tokens", new { name = "test", principal = account.Id })).Token);

        public async Task<T> Make<T>(string things, object request)
        {
            var answer = await server.Admin.PostAsJsonAsync($"/api/v1/{things}", request, AssayJson.Options, Cancel);
            Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
            return (await answer.Content.ReadFromJsonAsync<T>(AssayJson.Options, Cancel))!;
        }
    }
}
