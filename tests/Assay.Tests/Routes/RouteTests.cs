using System.Net;
using Assay.Governance.Access;
using Assay.Kernel.Permissions;
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
                     select $"{route.DisplayName}: add .Requires(…) or .AllowAnyone(\"reason\")");
    }

    [Fact]
    public async Task Every_route_refuses_whom_it_should()
    {
        await using var server = await TestServer.Start();
        var callers = new (string Name, HttpClient Client, Role? Role, bool OwnProject)[]
        {
            ("a guest", server.Guest, null, true),
            ("a viewer", await server.Client(Role.Viewer), Role.Viewer, true),
            ("an editor", await server.Client(Role.Editor), Role.Editor, true),
            ("an editor of another project", await server.Client(Role.Editor, "elsewhere"), Role.Editor, false),
            ("an administrator", server.Admin, Role.Administrator, true),
        };

        var wrong = new List<string>();
        foreach (var route in Routes(server).Where(route => route.Metadata.GetMetadata<Permission>() is not null))
        {
            var permission = route.Metadata.GetMetadata<Permission>()!;
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                foreach (var (name, client, role, ownProject) in callers)
                {
                    using var request = new HttpRequestMessage(new(method), Url(route.RoutePattern));
                    using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
                    var refused = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
                    var allowed = ownProject && PermissionCheck.Allows(role, permission.Name);
                    if (refused == allowed || (int)answer.StatusCode >= 500)
                        wrong.Add($"{method} {route.RoutePattern.RawText} ({permission.Name}) answered {(int)answer.StatusCode} to {name}");
                }
            }
        }

        Assert.Empty(wrong);
    }

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
