using System.Text.Json;
using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;

namespace Assay.Tracking.Mlflow.Access;

/// <summary>
/// A user's permission in a workspace, which is what is bound to the user in the project: <c>MANAGE</c> is the role
/// maintainer there. Who gives roles in the project sees and changes them.
/// </summary>
internal static class WorkspacePermissions
{
    private const string Path = "/workspaces/{workspace_name}/permissions";

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapFields("GET", Path, List).RequiresSomewhere(GovernancePermissions.BindingsAdmin);
        group.MapFields("POST", Path, Set).RequiresSomewhere(GovernancePermissions.BindingsAdmin);
        group.MapFields("DELETE", Path, Remove).RequiresSomewhere(GovernancePermissions.BindingsAdmin);
        group.MapFields("GET", "/workspace-permissions", ListOfUser).AllowSignedIn("Callers see their own; others' are judged beside.");
    }

    private static async Task List(MlflowCall call)
    {
        var workspace = await Workspace(call);
        var grants = call.Get<IGrants>();
        await Answer(call, call.Get<IUsers>().List().Select(user => (workspace, user, grants.Find(user.Id, workspace, null))));
    }

    private static async Task Set(MlflowCall call)
    {
        var (workspace, level) = (await Workspace(call), PermissionKind.Level(call.Fields));
        var user = UserRoutes.Named(call);
        await call.Get<IGrants>().Put(user.Id, workspace, null, level, call.Cancel);
        await call.Answer(json =>
        {
            json.WriteStartObject("permission");
            Write(json, workspace, user, level);
            json.WriteEndObject();
        });
    }

    private static async Task Remove(MlflowCall call)
    {
        var workspace = await Workspace(call);
        var user = UserRoutes.Named(call);
        if (call.Get<IGrants>().Find(user.Id, workspace, null) is null)
            throw MlflowError.NotFound($"Workspace permission with workspace={workspace} and username={user.UserName} not found");
        await call.Get<IGrants>().Put(user.Id, workspace, null, null, call.Cancel);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;   // its clients take no other
    }

    private static async Task ListOfUser(MlflowCall call)
    {
        var own = call.Get<IUsers>().Current!;
        var user = call.Fields.Text("username") is { Length: > 0 } name && !string.Equals(name, own.UserName, StringComparison.OrdinalIgnoreCase) ? Other(call) : own;
        var grants = call.Get<IGrants>();
        await Answer(call, (await call.Get<IProjects>().Visible(call.Cancel)).Select(workspace => (workspace, user, grants.Find(user.Id, workspace, null))));
    }

    private static UserAccount Other(MlflowCall call)
    {
        call.Get<IAccess>().Demand(GovernancePermissions.AccessRead);
        return UserRoutes.Named(call);
    }

    /// <summary>The project that the address names, in which the caller gives roles.</summary>
    private static async Task<string> Workspace(MlflowCall call)
    {
        var name = call.Route("workspace_name");
        if (!(await call.Get<IProjects>().Visible(call.Cancel)).Contains(name))
            throw MlflowError.NotFound($"Workspace '{name}' not found.");
        call.Get<IGrants>().DemandManager(name, null);
        return name;
    }

    private static Task Answer(MlflowCall call, IEnumerable<(string Workspace, UserAccount User, GrantLevel? Level)> found) => call.Answer(json =>
    {
        json.WriteStartArray("permissions");
        foreach (var (workspace, user, level) in found)
        {
            if (level is null)
                continue;
            json.WriteStartObject();
            Write(json, workspace, user, level.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, string workspace, UserAccount user, GrantLevel level)
    {
        json.WriteString("workspace", workspace);
        json.WriteString("user_id", user.Id);
        json.WriteString("permission", PermissionKind.NameOf(level));
    }
}
