using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry;
using Assay.Serving.Deployment;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Endpoints;

/// <summary>What an endpoint shall serve.</summary>
/// <param name="Model">Name of a registered model.</param>
/// <param name="Version">Number, alias or stage. An alias or stage is followed when it moves to another version.</param>
public sealed record PutEndpointRequest(
    [Required, StringLength(100, MinimumLength = 1)] string Model,
    [Required, StringLength(100, MinimumLength = 1)] string Version);

internal static class PutEndpoint
{
    private const int EndpointsMax = 200;

    public static void Map(RouteGroupBuilder group) =>
        group.MapPut("/{name}", Handle).WithName("PutEndpoint").Requires(ServingPermissions.Write, resource: "name");

    private static async Task<EndpointSummary> Handle(
        string name, PutEndpointRequest request, AssayDb db, Deployer deployer, IAccess access, CancellationToken cancel)
    {
        access.Demand(RegistryPermissions.Read, request.Model);
        EndpointName.Check(name);
        using var turn = await deployer.TakeTurn(cancel);
        var row = await db.Endpoints.SingleOrDefaultAsync(row => row.Name == name, cancel);
        if (row is null && await db.Endpoints.CountAsync(cancel) >= EndpointsMax)
            throw Refusal.Limit(StatusCodes.Status409Conflict, $"A project has at most {EndpointsMax} endpoints. Delete one first.");

        try
        {
            return await deployer.Deploy(row, new Wanted(name, request.Model, request.Version), cancel);
        }
        catch (LoadFailedException problem)   // it is in the ledger; an endpoint that answered goes on as it was
        {
            throw Refusal.Conflict(problem.Message);
        }
    }
}
