using System.Text.Json;
using Assay.Governance;
using Assay.Kernel.Permissions;

namespace Assay.Tracking.Mlflow.Access;

/// <summary>
/// The users of MLflow's auth plugin, who are the people of this installation. Names are compared without regard to case, and
/// answered as the client writes them.
/// </summary>
internal static class UserRoutes
{
    private const string Own = "Callers see their own account; others' are judged beside.";

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapOperation("POST", "/users/create", Create, GovernancePermissions.AccessAdmin);
        group.MapFields("GET", "/users/get", Show).AllowSignedIn(Own);
        group.MapFields("GET", "/users/current", ShowCurrent).AllowSignedIn(Own);
        group.MapOperation("GET", "/users/list", List, GovernancePermissions.AccessRead);
        group.MapFields("PATCH", "/users/update-password", SetPassword).AllowSignedIn("People change their own password; others' are judged beside.");
        group.MapOperation("PATCH", "/users/update-admin", SetAdministrator, GovernancePermissions.AccessAdmin);
        group.MapOperation("DELETE", "/users/delete", Delete, GovernancePermissions.AccessAdmin);
    }

    /// <summary>The user whom a field names.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">404.</exception>
    public static UserAccount Named(MlflowCall call)
    {
        var name = call.Fields.RequiredText("username");
        return call.Get<IUsers>().Find(name) is { } user
            ? user with { UserName = name }
            : throw MlflowError.NotFound($"User with username={name} not found");
    }

    private static async Task Create(MlflowCall call)
    {
        var name = call.Fields.RequiredText("username");
        var password = call.Fields.RequiredText("password");
        if (call.Get<IUsers>().Find(name) is not null)
            throw MlflowError.Exists($"User (username={name}) already exists.");
        await Answer(call, await call.Get<IUsers>().Create(name, password, call.Cancel) with { UserName = name });
    }

    private static Task Show(MlflowCall call)
    {
        var own = call.Get<IUsers>().Current!;
        if (call.Fields.Text("username") is not { Length: > 0 } name)
            return Answer(call, own);
        if (string.Equals(name, own.UserName, StringComparison.OrdinalIgnoreCase))
            return Answer(call, own with { UserName = name });
        call.Get<IAccess>().Demand(GovernancePermissions.AccessRead);
        return Answer(call, Named(call));
    }

    private static Task ShowCurrent(MlflowCall call) => call.Answer(json =>
    {
        json.WriteStartObject("user");
        WriteName(json, call.Get<IUsers>().Current!);
        json.WriteEndObject();
    });

    private static Task List(MlflowCall call)
    {
        var users = call.Get<IUsers>().List();
        return call.Answer(json =>
        {
            json.WriteStartArray("users");
            foreach (var user in users)
            {
                json.WriteStartObject();
                Write(json, call, user);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static async Task SetPassword(MlflowCall call)
    {
        var name = call.Fields.RequiredText("username");
        var password = call.Fields.RequiredText("password");
        if (!string.Equals(name, call.Get<IUsers>().Current!.UserName, StringComparison.OrdinalIgnoreCase))
            call.Get<IAccess>().Demand(GovernancePermissions.AccessAdmin);
        await call.Get<IUsers>().SetPassword(Named(call), password, call.Fields.Text("current_password"), call.Cancel);
        await call.Answer();
    }

    private static async Task SetAdministrator(MlflowCall call)
    {
        var isAdministrator = call.Fields.Flag("is_admin") ?? throw MlflowError.Missing("is_admin");
        await call.Get<IUsers>().SetAdministrator(Named(call), isAdministrator, call.Cancel);
        await call.Answer();
    }

    private static async Task Delete(MlflowCall call)
    {
        await call.Get<IUsers>().Deactivate(Named(call), call.Cancel);
        await call.Answer();
    }

    private static Task Answer(MlflowCall call, UserAccount user) => call.Answer(json =>
    {
        json.WriteStartObject("user");
        Write(json, call, user);
        json.WriteEndObject();
    });

    // Clients read each list, so an empty one is there.
    private static void Write(Utf8JsonWriter json, MlflowCall call, UserAccount user)
    {
        WriteName(json, user);
        foreach (var kind in PermissionKind.All)
        {
            json.WriteStartArray($"{kind.Entity}_permissions");
            foreach (var (name, level) in call.Get<IGrants>().List(user.Id, call.Project, kind.Kind))
            {
                json.WriteStartObject();
                kind.Write(json, call, user, name, level);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static void WriteName(Utf8JsonWriter json, UserAccount user)
    {
        json.WriteString("id", user.Id);
        json.WriteString("username", user.UserName);
        json.WriteBoolean("is_admin", user.IsAdministrator);
    }
}
