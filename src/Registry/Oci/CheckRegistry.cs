using Assay.Inference.Protocols;
using Assay.Kernel.Permissions;

namespace Assay.Registry.Oci;

/// <summary>Says that this is a registry, to whoever has signed in; to others, how to.</summary>
internal static class CheckRegistry
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/", Handle).AllowAnyone("Says only whether the caller's token is known: clients of a registry learn here how to sign in, whatever project it is for.");

    private static async Task Handle(HttpContext http)
    {
        if (http.User.Identity?.IsAuthenticated != true)
        {
            await new OciErrorForm().Write(http, StatusCodes.Status401Unauthorized, "UNAUTHORIZED", "Sign in with any user name, and an access token as the password.");
            return;
        }

        http.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        await ProtocolJson.Write(http, OpenInferenceRoutes.ServerMetadata());   // what clients of that protocol ask for here
    }
}
