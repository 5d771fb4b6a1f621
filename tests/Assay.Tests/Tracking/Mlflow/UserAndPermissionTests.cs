using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Tests.Governance;

namespace Assay.Tests.Tracking.Mlflow;

/// <summary>Users and permissions as MLflow's client for its auth plugin manages them.</summary>
public sealed class UserAndPermissionTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Password = "correct horse battery";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private MlflowClient Admin => shared.Client;

    [Fact]
    public async Task A_user_is_made_signs_in_with_the_password_and_is_shown_as_the_client_writes_it()
    {
        var name = NewName();
        var made = (await Admin.Post("/users/create", new { username = name, password = Password }))["user"]!;
        Assert.Equal(name, (string)made["username"]!);
        Assert.False((bool)made["is_admin"]!);
        Assert.Equal("[]", made["experiment_permissions"]!.ToJsonString());
        Assert.Equal("[]", made["registered_model_permissions"]!.ToJsonString());

        var user = As(name);
        Assert.Equal((string)made["id"]!, (string)(await user.Get("/users/current"))["user"]!["id"]!);
        Assert.Equal(name, (string)(await user.Get($"/users/get?username={name}"))["user"]!["username"]!);
        await user.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "Permission denied.", "/users/get?username=admin");
        await user.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "Permission denied.", "/users/create", new { username = NewName(), password = Password });
        await new MlflowClient(shared.Server.Guest).Refuses(HttpStatusCode.Unauthorized, "UNAUTHENTICATED", "You are not authenticated.", $"/users/get?username={name}");
        Assert.Contains(name.ToLowerInvariant(), (await Admin.Get("/users/list"))["users"]!.AsArray().Select(one => (string)one!["username"]!));
        await Admin.Refuses(HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS", "already exists", "/users/create", new { username = name, password = Password });
        await Admin.RefusesValue("at least 12", "/users/create", new { username = NewName(), password = "short" });
        await Admin.RefusesValue("username", "/users/create", "null");
    }

    [Fact]
    public async Task Passwords_are_changed_by_their_owners_with_the_old_one_and_by_administrators_without()
    {
        var (name, other) = (await NewUser(), await NewUser());
        await Refused(HttpStatusCode.Forbidden, As(other), "PATCH", "/users/update-password", new { username = name, password = "another good one" });
        await Refused(HttpStatusCode.BadRequest, As(name), "PATCH", "/users/update-password", new { username = name, password = "another good one" });
        await Refused(HttpStatusCode.BadRequest, As(name), "PATCH", "/users/update-password", new { username = name, password = "another good one", current_password = "not the one" });
        await As(name).Send("PATCH", "/users/update-password", new { username = name, password = "another good one", current_password = Password });
        await Refused(HttpStatusCode.Unauthorized, As(name), "GET", "/users/current");
        await As(name, "another good one").Get("/users/current");

        await Admin.Send("PATCH", "/users/update-password", new { username = name, password = Password });
        await As(name).Get("/users/current");
    }

    [Fact]
    public async Task Administrators_are_made_and_unmade_and_users_deleted_for_good()
    {
        var name = await NewUser();
        await Refused(HttpStatusCode.Forbidden, As(name), "PATCH", "/users/update-admin", new { username = name, is_admin = true });
        await Admin.Send("PATCH", "/users/update-admin", new { username = name, is_admin = true });
        Assert.True((bool)(await As(name).Get("/users/current"))["user"]!["is_admin"]!);
        await As(name).Get("/users/list");
        await Admin.Send("PATCH", "/users/update-admin", new { username = name, is_admin = false });
        await Refused(HttpStatusCode.Forbidden, As(name), "GET", "/users/list");

        await Admin.Send("DELETE", "/users/delete", new { username = name });
        await Admin.IsMissing($"User with username={name} not found", $"/users/get?username={name}");
        await Refused(HttpStatusCode.Unauthorized, As(name), "GET", "/users/current");
        await Refused(HttpStatusCode.Conflict, Admin, "DELETE", "/users/delete", new { username = "admin" });   // nobody would be left
    }

    [Theory]
    [InlineData("experiments", "experiment", "experiment_id")]
    [InlineData("registered-models", "registered_model", "name")]
    public async Task A_permission_is_given_read_changed_and_taken_back(string path, string entity, string field)
    {
        var (name, user) = ($"r{Guid.NewGuid():N}", await NewUser());
        JsonObject Body(string? permission = null) => new() { [field] = name, ["username"] = user, ["permission"] = permission };

        var made = (await Admin.Post($"/{path}/permissions/create", Body("READ").ToJsonString()))[$"{entity}_permission"]!;
        Assert.Equal((name, "READ"), ((string)made[field]!, (string)made["permission"]!));
        await Admin.Refuses(HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS", "already exists", $"/{path}/permissions/create", Body("EDIT").ToJsonString());
        foreach (var permission in new[] { "EDIT", "MANAGE", "NO_PERMISSIONS", "READ" })
        {
            await Admin.Send("PATCH", $"/{path}/permissions/update", Body(permission));
            Assert.Equal(permission, (string)(await Admin.Get($"/{path}/permissions/get?{field}={name}&username={user}"))[$"{entity}_permission"]!["permission"]!);
        }

        Assert.Equal(name, (string)(await Admin.Get($"/users/get?username={user}"))["user"]![$"{entity}_permissions"]!.AsArray().Single()![field]!);
        await Admin.Send("DELETE", $"/{path}/permissions/delete", Body());
        await Admin.IsMissing($"{field}={name} and username={user} not found", $"/{path}/permissions/get?{field}={name}&username={user}");
        await Admin.RefusesValue("Invalid permission 'ALL'", $"/{path}/permissions/create", Body("ALL").ToJsonString());
        await Refused(HttpStatusCode.Forbidden, As(user), "GET", $"/{path}/permissions/get?{field}={name}&username={user}");
        await Refused(HttpStatusCode.Unauthorized, new(shared.Server.Guest), "GET", $"/{path}/permissions/get?{field}={name}&username={user}");
    }

    [Fact]
    public async Task A_permission_on_a_scorer_opens_that_one_and_the_experiment_around_it_decides_too()
    {
        const string api = "/api/3.0/mlflow/scorers";
        var (id, user) = (await Admin.NewExperiment("judged"), await NewUser());
        foreach (var name in new[] { "is it/right?", "safety" })
            await Admin.Post($"{api}/register", new { experiment_id = id, name, serialized_scorer = "{}" });
        JsonObject Body(string? permission = null) => new() { ["experiment_id"] = id, ["scorer_name"] = "is it/right?", ["username"] = user, ["permission"] = permission };
        var (one, other) = ($"{api}/versions?experiment_id={id}&name={Uri.EscapeDataString("is it/right?")}", $"{api}/versions?experiment_id={id}&name=safety");
        var next = new { experiment_id = id, name = "is it/right?", serialized_scorer = "[]" };
        await Refused(HttpStatusCode.Forbidden, As(user), "GET", one);

        var made = (await Admin.Post($"{api}/permissions/create", Body("READ").ToJsonString()))["scorer_permission"]!;
        Assert.Equal((id, "is it/right?", "READ"), ((string)made["experiment_id"]!, (string)made["scorer_name"]!, (string)made["permission"]!));
        await As(user).Get(one);
        Assert.Equal("is it/right?", (string)Assert.Single((await As(user).Get($"{api}/list?experiment_id={id}"))["scorers"]!.AsArray())!["scorer_name"]!);
        foreach (var closed in new[] { other, $"/experiments/get?experiment_id={id}", $"{api}/list?experiment_id=0" })
            await Refused(HttpStatusCode.Forbidden, As(user), "GET", closed);
        await Refused(HttpStatusCode.Forbidden, As(user), "POST", $"{api}/register", next);
        await Admin.Send("PATCH", $"{api}/permissions/update", Body("EDIT"));
        await As(user).Post($"{api}/register", next);
        await Refused(HttpStatusCode.Forbidden, As(user), "POST", $"{api}/register", new { experiment_id = id, name = "new", serialized_scorer = "{}" });

        var read = $"{api}/permissions/get?experiment_id={id}&scorer_name={Uri.EscapeDataString("is it/right?")}&username={user}";
        Assert.Equal("EDIT", (string)(await Admin.Get(read))["scorer_permission"]!["permission"]!);
        Assert.Equal("is it/right?", (string)Assert.Single((await Admin.Get($"/users/get?username={user}"))["user"]!["scorer_permissions"]!.AsArray())!["scorer_name"]!);

        // The experiment's reader reads all of its scorers but the one that is denied, and its manager gives permissions on them.
        await Admin.Post("/experiments/permissions/create", new { experiment_id = id, username = user, permission = "MANAGE" });
        await As(user).Get(other);
        await As(user).Get(read);
        await Admin.Send("PATCH", $"{api}/permissions/update", Body("NO_PERMISSIONS"));
        await Refused(HttpStatusCode.Forbidden, As(user), "GET", one);
        Assert.Equal("safety", (string)Assert.Single((await As(user).Get($"{api}/list?experiment_id={id}"))["scorers"]!.AsArray())!["scorer_name"]!);
        await Admin.Send("DELETE", $"{api}/permissions/delete", Body());
        await As(user).Get(one);
        await Admin.IsMissing($"experiment_id={id}, scorer_name=is it/right? and username={user} not found", read);
    }

    [Fact]
    public async Task A_permission_in_a_workspace_is_a_role_in_the_project()
    {
        const string api = "/api/3.0/mlflow";
        var (project, user, friend) = ($"w{Guid.NewGuid():N}"[..20], await NewUser(), await NewUser());
        await Admin.Post($"{api}/workspaces", new { name = project });
        var (permissions, own) = ($"{api}/workspaces/{project}/permissions", $"{api}/workspace-permissions?username={user}");
        var there = new MlflowClient(As(user).Http, project);
        await Refused(HttpStatusCode.Forbidden, As(user), "GET", permissions);
        var made = (await Admin.Post(permissions, new { username = user, permission = "READ" }))["permission"]!;
        Assert.Equal((project, "READ"), ((string)made["workspace"]!, (string)made["permission"]!));
        await there.Get("/experiments/get?experiment_id=0");
        Assert.Equal("READ", (string)Assert.Single((await As(user).Get(own))["permissions"]!.AsArray())!["permission"]!);
        await Refused(HttpStatusCode.Forbidden, As(user), "GET", permissions);
        await Refused(HttpStatusCode.Forbidden, As(friend), "GET", own);

        // Again is another step; a manager of the project, who has no role elsewhere, gives and takes at the project's address.
        await Admin.Post(permissions, new { username = user, permission = "MANAGE" });
        await there.Post(permissions, new { username = friend, permission = "EDIT" });
        var listed = (await there.Get(permissions))["permissions"]!.AsArray().Select(entry => (string)entry!["permission"]!);
        Assert.Equal(["EDIT", "MANAGE"], listed.Order());
        using (var taken = await there.Http.DeleteAsync($"/projects/{project}{permissions}?username={friend}", TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);   // what its clients wait for
        await Refused(HttpStatusCode.NotFound, Admin, "DELETE", $"{permissions}?username={friend}");
        await there.IsMissing("Workspace 'default' not found", $"{api}/workspaces/default/permissions", new { username = user, permission = "MANAGE" });
    }

    [Fact]
    public async Task Permissions_open_an_experiment_step_by_step()
    {
        var (id, user) = (await Admin.NewExperiment("steps"), await NewUser());
        var (read, write) = ($"/experiments/get?experiment_id={id}", new { experiment_id = id, key = "t", value = "1" });
        await Refused(HttpStatusCode.Forbidden, As(user), "GET", read);
        await Admin.Post("/experiments/permissions/create", new { experiment_id = id, username = user, permission = "READ" });
        await As(user).Get(read);
        await Refused(HttpStatusCode.Forbidden, As(user), "POST", "/experiments/set-experiment-tag", write);
        await Admin.Send("PATCH", "/experiments/permissions/update", new { experiment_id = id, username = user, permission = "EDIT" });
        await As(user).Post("/experiments/set-experiment-tag", write);
        await Refused(HttpStatusCode.Forbidden, As(user), "GET", $"/experiments/permissions/get?experiment_id={id}&username={user}");
        await Admin.Send("PATCH", "/experiments/permissions/update", new { experiment_id = id, username = user, permission = "MANAGE" });
        await As(user).Get($"/experiments/permissions/get?experiment_id={id}&username={user}");

        // A manager shares what they have, there alone, and denies nothing.
        var friend = await NewUser();
        await As(user).Post("/experiments/permissions/create", new { experiment_id = id, username = friend, permission = "MANAGE" });
        await Refused(HttpStatusCode.Forbidden, As(user), "PATCH", "/experiments/permissions/update", new { experiment_id = id, username = friend, permission = "NO_PERMISSIONS" });
        await Refused(HttpStatusCode.Forbidden, As(user), "POST", "/experiments/permissions/create", new { experiment_id = "0", username = user, permission = "READ" });

        await Admin.Send("PATCH", "/experiments/permissions/update", new { experiment_id = id, username = user, permission = "NO_PERMISSIONS" });
        await Refused(HttpStatusCode.Forbidden, As(user), "GET", read);
    }

    [Fact]
    public async Task Who_makes_an_experiment_has_the_permission_to_manage_it()
    {
        var user = await NewUser();
        var id = (string)(await Admin.Get($"/users/get?username={user}"))["user"]!["id"]!;
        await shared.Server.Bind(id, Role.DataScientist, "default");
        var experiment = await As(user).NewExperiment("own");
        Assert.Equal("MANAGE", (string)(await As(user).Get($"/experiments/permissions/get?experiment_id={experiment}&username={user}"))["experiment_permission"]!["permission"]!);
    }

    [Fact]
    public async Task Changes_are_in_the_ledger_by_pseudonym()
    {
        var user = await NewUser();
        var id = (string)(await Admin.Get($"/users/get?username={user}"))["user"]!["id"]!;
        await Admin.Post("/experiments/permissions/create", new { experiment_id = "0", username = user, permission = "READ" });
        await Admin.Send("PATCH", "/experiments/permissions/update", new { experiment_id = "0", username = user, permission = "EDIT" });
        await Admin.Send("DELETE", "/users/delete", new { username = user });
        var events = await Admin.Http.GetFromJsonAsync<JsonObject>($"/api/v1/ledger?subject={id}&limit=100", Cancel);
        var types = events!["items"]!.AsArray().Select(one => (string)one!["type"]!).Order().ToList();
        Assert.Equal(["binding.created", "binding.created", "binding.deleted", "password.changed", "person.changed", "person.created"], types);
        Assert.DoesNotContain(user, events.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    private static string NewName() => $"U{Guid.NewGuid():N}"[..12];

    private async Task<string> NewUser()
    {
        var name = NewName();
        await Admin.Post("/users/create", new { username = name, password = Password });
        return name;
    }

    private MlflowClient As(string user, string password = Password)
    {
        var http = shared.Server.Connect(null);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        return new(http);
    }

    private static async Task Refused(HttpStatusCode status, MlflowClient client, string method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(new(method), path.StartsWith("/api/", StringComparison.Ordinal) ? path : MlflowClient.Api + path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await client.Http.SendAsync(request, Cancel);
        Assert.True(answer.StatusCode == status, $"{method} {path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancel)}");
    }
}
