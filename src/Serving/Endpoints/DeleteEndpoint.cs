using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Serving.Deployment;
using Assay.Serving.Live;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Endpoints;

internal static class DeleteEndpoint
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapDelete("/{name}", Handle).WithName("DeleteEndpoint").Requires(ServingPermissions.Write, resource: "name");

    private static async Task<NoContent> Handle(
        string name, AssayDb db, ILedger ledger, Deployer deployer, LiveEndpoints live, CancellationToken cancel)
    {
        using var turn = await deployer.TakeTurn(cancel);
        var row = await db.Endpoints.SingleOrDefaultAsync(row => row.Name == name, cancel)
            ?? throw Refusal.NotFound("endpoint", name);
        db.Endpoints.Remove(row);
        ledger.Append(new EndpointDeleted(row.Name, row.Model, row.Version));
        await db.SaveChangesAsync(cancel);
        live.Remove(row.Project, name);
        return TypedResults.NoContent();
    }
}
