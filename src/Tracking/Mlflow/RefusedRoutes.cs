using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;

namespace Assay.Tracking.Mlflow;

/// <summary>
/// What newer clients may ask and this server does another way, or not at all: told with the status that clients do not
/// repeat, and with where to go instead.
/// </summary>
internal static class RefusedRoutes
{
    private const string Roles = "Roles are given on the page Access of the console or by `assay access`: this server has its own, and custom ones.";
    private const string Gateway = "This server is no gateway to language models. Endpoints that serve models are made with /api/v1/endpoints.";

    public static void Map(IEndpointRouteBuilder older, IEndpointRouteBuilder newer)
    {
        foreach (var (method, verb) in new[] { ("POST", "create"), ("GET", "get"), ("GET", "list"), ("PATCH", "update"), ("DELETE", "delete") })
            MapAccess(newer, method, $"/roles/{verb}", Roles);
        foreach (var (method, verb) in new[] { ("POST", "add"), ("DELETE", "remove"), ("GET", "list"), ("PATCH", "update") })
            MapAccess(newer, method, $"/roles/permissions/{verb}", Roles);
        MapAccess(newer, "POST", "/roles/assign", Roles);
        MapAccess(newer, "DELETE", "/roles/unassign", Roles);
        MapAccess(newer, "GET", "/users/roles/list", Roles);
        MapAccess(newer, "GET", "/roles/users/list", Roles);
        foreach (var method in new[] { "GET", "POST", "PATCH", "PUT", "DELETE" })
            newer.MapStream(method, "/gateway/{**path}", _ => throw NotHere(Gateway), TrackingPermissions.Read);
        foreach (var method in new[] { "GET", "POST" })
            older.MapStream(method, "/gateway-proxy", _ => throw NotHere(Gateway), TrackingPermissions.Read);
        older.MapStream("POST", "/runs/create-promptlab-run", _ => throw NotHere(Gateway), TrackingPermissions.Write);
    }

    private static void MapAccess(IEndpointRouteBuilder group, string method, string path, string words) =>
        group.MapMethods(path, [method], _ => throw NotHere(words)).RequiresSomewhere(GovernancePermissions.BindingsAdmin);

    private static Refusal NotHere(string words) => Refusal.Foreign(StatusCodes.Status501NotImplemented, "NOT_IMPLEMENTED", words);
}
