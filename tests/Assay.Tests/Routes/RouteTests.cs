using System.Net;
using Assay.Governance.Access;
using Assay.Governance.Access.Roles;
using Assay.Kernel.Permissions;
using Assay.Tests.Governance;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Routes;

/// <summary>Every route of the real host says who may call it, and means it.</summary>
public class RouteTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_names_a_permission_or_the_reason_why_anybody_may_call_it()
    {
        await using var server = await TestServer.Start();
        Assert.Empty(from route in Routes(server)
                     where route.Metadata.GetMetadata<Permission>() is null && route.Metadata.GetMetadata<Anonymous>() is null
                         && route.Metadata.GetMetadata<SignedIn>() is null
                     select $"{route.DisplayName}: add .Requires(…), .AllowSignedIn(\"reason\") or .AllowAnyone(\"reason\")");
    }

    [Fact]
    public async Task Every_permission_that_a_route_asks_for_stands_in_the_table_of_roles()
    {
        await using var server = await TestServer.Start();
        Assert.Empty(from route in Routes(server)
                     let permission = route.Metadata.GetMetadata<Permission>()
                     where permission is not null
                     where !RoleTable.Permissions.Contains(permission.Name) || RoleTable.InstallationWide.Contains(permission.Name) != permission.InstallationWide
                     select $"{route.DisplayName} asks for '{permission.Name}': give it a row in RoleTable that is installation-wide as it is, and write docs/reference/access.md anew");
    }

    [Fact]
    public async Task Every_route_about_one_resource_says_which_value_names_it()
    {
        await using var server = await TestServer.Start();
        Assert.Empty(from route in Routes(server)
                     let permission = route.Metadata.GetMetadata<Permission>()
                     where permission is not null && RoleTable.Kinds.Contains(permission.Kind)
                     where route.RoutePattern.Parameters.Any(parameter => NamesOfResources.Contains(parameter.Name))
                     where route.Metadata.GetMetadata<NamedResource>() is null
                     select $"{route.DisplayName}: write .Requires(…, resource: \"NAME OF THE ROUTE'S PARAMETER\"), so that bindings to one resource count");
    }

    [Fact]
    public async Task Every_route_refuses_whom_it_should()
    {
        await using var server = await TestServer.Start();
        await server.Client(Role.Viewer, "elsewhere");
        var callers = new List<Caller>
        {
            new("a guest", server.Guest, (_, _) => false),
            new("an administrator's token for viewers", await server.Client(Role.Viewer), (permission, _) => Has(Role.Viewer, permission)),
            new("an administrator of another project", await server.Member(Role.Administrator, "elsewhere"), (_, _) => false),
            new("who may do everything to another resource", await OnEveryKind(server, "other"), (permission, route) => Lists(permission, route)),
            new("who may do everything to this resource", await OnEveryKind(server, "no-such"), (permission, route) =>
                !permission.InstallationWide && (IsNamed(route) || IsInNamedFolder(route) || Lists(permission, route))),
        };
        foreach (var (role, _) in RoleTable.Names)
        {
            callers.Add(new($"{role}", await server.Member(role), (permission, _) => Has(role, permission)));
            callers.Add(new($"{role} of the project", await server.Member(role, "default"), (permission, _) => !permission.InstallationWide && Has(role, permission)));
        }

        var wrong = new List<string>();
        foreach (var route in Routes(server).Where(route => route.Metadata.GetMetadata<Permission>() is not null))
        {
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                foreach (var caller in callers)
                    wrong.AddRange(await Wrong(route, method, caller));
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Every_route_about_the_caller_itself_refuses_a_guest_and_shows_whoever_is_signed_in()
    {
        await using var server = await TestServer.Start();
        var nobody = await server.As(await server.Account());
        var routes = Routes(server).Where(route => route.Metadata.GetMetadata<SignedIn>() is not null).ToList();
        Assert.True(routes.Count >= 5);
        foreach (var route in routes)
        {
            var method = route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single();
            using var asGuest = await server.Guest.SendAsync(new(new(method), Url(route.RoutePattern)), Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, asGuest.StatusCode);
            using var known = await nobody.SendAsync(new(new(method), Url(route.RoutePattern)), Cancel);
            var isShown = known.IsSuccessStatusCode || known.StatusCode == HttpStatusCode.BadRequest;   // let in, and asked what it wants to see
            Assert.True(method != "GET" || isShown, $"{route.RoutePattern.RawText} answered {(int)known.StatusCode}");
        }
    }

    private static readonly string[] NamesOfResources = ["name", "model", "dataset", "endpoint"];

    private static async Task<IEnumerable<string>> Wrong(RouteEndpoint route, string method, Caller caller)
    {
        var permission = route.Metadata.GetMetadata<Permission>()!;
        using var request = new HttpRequestMessage(new(method), Url(route.RoutePattern));
        using var answer = await caller.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        var refused = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
        return refused == caller.Allowed(permission, route) || answer.StatusCode is >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented
            ? [$"{method} {route.RoutePattern.RawText} ({permission.Name}) answered {(int)answer.StatusCode} to {caller.Name}"]
            : [];
    }

    // Whoever holds a permission on one resource is shown that one.
    private static bool Lists(Permission permission, RouteEndpoint route) =>
        route.Metadata.GetMetadata<AnyResource>() is { } any && (any.Kind is null || RoleTable.Kinds.Contains(permission.Kind));

    // By its address: where the message names the resource, as in gRPC, nothing is named here.
    private static bool IsNamed(RouteEndpoint route) =>
        route.Metadata.GetMetadata<NamedResource>() is { } named && route.RoutePattern.GetParameter(named.RouteValue) is not null;

    // The path of a file begins with the experiment, whether there is one or not.
    private static bool IsInNamedFolder(RouteEndpoint route) => route.Metadata.GetMetadata<ResourceBehind>() is { Kind: "experiments" };

    private static bool Has(string role, Permission permission) => RoleTable.Roles[role].Contains(permission.Name);

    private static async Task<HttpClient> OnEveryKind(TestServer server, string resource)
    {
        var account = await server.Account();
        foreach (var kind in RoleTable.Kinds)
            await server.Bind(account.Id, Role.Administrator, "default", $"{kind}/{resource}");
        return await server.As(account);
    }

    private sealed record Caller(string Name, HttpClient Client, Func<Permission, RouteEndpoint, bool> Allowed);

    internal static IEnumerable<RouteEndpoint> Routes(TestServer server) =>
        server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    /// <summary>A path that the pattern matches, with names that nothing has.</summary>
    private static string Url(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternParameterPart parameter => IsNumber(parameter) ? "7" : "no-such",
            _ => "",
        }))));

    private static bool IsNumber(RoutePatternParameterPart parameter) =>
        parameter.ParameterPolicies.Any(policy => policy.Content is "int" or "long");
}
