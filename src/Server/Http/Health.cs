using Assay.Kernel;
using Assay.Kernel.Permissions;

namespace Assay.Server.Http;

/// <summary>Liveness and readiness, for people and orchestrators.</summary>
internal static class Health
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        const string reason = "Orchestrators ask without credentials; the answer holds no data.";
        routes.MapGet("/health/live", () => Results.Ok(new { status = "live" })).WithName("Live").AllowAnyone(reason);
        routes.MapGet("/health/ready", Ready).WithName("Ready").AllowAnyone(reason);
    }

    private static async Task<IResult> Ready(AssayDb db, CancellationToken cancel) => await db.Database.CanConnectAsync(cancel)
        ? Results.Ok(new { status = "ready" })
        : Results.Json(new { status = "database unreachable" }, statusCode: StatusCodes.Status503ServiceUnavailable);
}
