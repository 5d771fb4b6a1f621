using System.Net;
using System.Net.Http.Json;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Decisions;
using Assay.Governance.Access.Roles;
using Assay.Kernel;
using Assay.Tests.Serving;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Governance;

public class DecisionTests
{
    private static readonly Place[] Places =
    [
        Place.Installation, new("a"), new("b"), new("a", "models", "churn"), new("a", "models", "fraud"), new("b", "datasets", "churn"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Compiled_decisions_are_those_of_the_rule_read_from_the_bindings_one_by_one()
    {
        await using var server = await TestServer.Start();
        await server.Client(Role.Viewer, "a");
        await server.Client(Role.Viewer, "b");
        var (ada, random) = (await server.Person("ada"), new Random(7));
        var group = await server.Group("group", ada.Id);
        var given = new List<(Place Place, string Role, BindingEffect Effect)>();
        for (var i = 0; i < 12; i++)
        {
            var (place, role) = (Places[random.Next(Places.Length)], RoleTable.Names[random.Next(RoleTable.Names.Count)].Name);
            var effect = random.Next(3) == 0 ? BindingEffect.Deny : BindingEffect.Allow;
            if (given.Contains((place, role, effect)))
                continue;
            given.Add((place, role, effect));
            var resource = place.Kind is null ? null : $"{place.Kind}/{place.Name}";
            await server.Bind(random.Next(2) == 0 ? ada.Id : group.Id, role, place.Project, resource, effect);

            var snapshot = server.Services.GetRequiredService<AccessState>().Current;
            foreach (var where in Places)
            {
                foreach (var permission in RoleTable.Permissions)
                {
                    var said = given.Where(each => Around(each.Place, where) && RoleTable.Roles[each.Role].Contains(permission)).ToList();
                    var wanted = said.Count > 0 && said.TrueForAll(each => each.Effect == BindingEffect.Allow);
                    Assert.True(wanted == snapshot.Allows(ada.Id, permission, where), $"{permission} {where} after {string.Join("; ", given)}");
                }
            }
        }
    }

    [Fact]
    public async Task A_change_by_another_replica_holds_here_within_seconds()
    {
        await using var server = await TestServer.Start();
        var account = await server.Account();
        var member = await server.As(account);
        Assert.Equal(HttpStatusCode.Forbidden, (await member.GetAsync("/api/v1/models", Cancel)).StatusCode);
        await server.Tamper($"INSERT INTO governance_bindings (id, principal_id, role, effect, created_at) VALUES ('other', '{account.Id}', 'viewer', 'Allow', 0)");

        // The other replica's event, in the same ledger.
        await using (var scope = server.Services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<ILedger>().Append(new BindingCreated("other", account.Id, Role.Viewer, BindingEffect.Allow, null, null, null));
            await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(Cancel);
        }

        await ServingHost.Until(async () => (await member.GetAsync("/api/v1/models", Cancel)).StatusCode == HttpStatusCode.OK);
    }

    private static bool Around(Place outer, Place inner) =>
        outer == inner || outer == Place.Installation || (outer.Kind is null && outer.Project == inner.Project);
}
