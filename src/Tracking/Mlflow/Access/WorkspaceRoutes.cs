using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;

namespace Assay.Tracking.Mlflow.Access;

/// <summary>The workspaces of newer clients, which are the projects of this installation.</summary>
internal static class WorkspaceRoutes
{
    private const string Path = "/workspaces/{workspace_name}";

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapFields("GET", "/workspaces", List).AllowSignedIn("Callers see the projects that they may read.");
        group.MapOperation("POST", "/workspaces", Create, GovernancePermissions.ProjectsAdmin);
        group.MapOperationOnAny("GET", Path, Show, TrackingPermissions.Read);
        group.MapOperation("PATCH", Path, Refuse, GovernancePermissions.ProjectsAdmin);
        group.MapOperation("DELETE", Path, Refuse, GovernancePermissions.ProjectsAdmin);
    }

    private static async Task List(MlflowCall call)
    {
        var names = await call.Get<IProjects>().Visible(call.Cancel);
        await call.Answer(json =>
        {
            json.WriteStartArray("workspaces"u8);
            foreach (var name in names)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static async Task Create(MlflowCall call)
    {
        var name = call.Fields.RequiredText("name");
        if (call.Fields.Text("default_artifact_root") is { Length: > 0 })
            throw MlflowError.Invalid("Files of a project are kept by this server: leave 'default_artifact_root' out.");
        if ((await call.Get<IProjects>().Visible(call.Cancel)).Contains(name))
            throw MlflowError.Exists($"Workspace '{name}' already exists.");
        await call.Get<IProjects>().Create(name, call.Cancel);
        await Answer(call, name);
    }

    private static async Task Show(MlflowCall call)
    {
        var name = call.Route("workspace_name");
        if (!(await call.Get<IProjects>().Visible(call.Cancel)).Contains(name))
            throw MlflowError.NotFound($"Workspace '{name}' not found.");
        await Answer(call, name);
    }

    private static Task Answer(MlflowCall call, string name) => call.Answer(json =>
    {
        json.WriteStartObject("workspace"u8);
        json.WriteString("name"u8, name);
        json.WriteEndObject();
    });

    private static Task Refuse(MlflowCall call) => throw Refusal.Foreign(
        StatusCodes.Status501NotImplemented, "NOT_IMPLEMENTED", "A project has a name and nothing else, and the ledger names it for good: it is neither changed nor removed.");
}
