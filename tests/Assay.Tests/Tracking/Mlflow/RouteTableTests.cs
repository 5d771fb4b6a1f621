using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Assay.Tests.Routes;
using Microsoft.AspNetCore.Routing;

namespace Assay.Tests.Tracking.Mlflow;

/// <summary>The table of docs/reference/mlflow.md is what the server has.</summary>
public sealed partial class RouteTableTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    [Theory]
    [InlineData("/api/2.0/mlflow")]
    [InlineData("/api/3.0/mlflow")]
    [InlineData("/api/2.0/mlflow-artifacts")]
    public void The_table_of_routes_is_what_the_server_has(string api)
    {
        var page = File.ReadAllText(Page());
        var table = page[page.IndexOf($"path after `{api}`", StringComparison.Ordinal)..];
        var said = Row().Matches(table[..table.IndexOf("\n\n", StringComparison.Ordinal)])
            .SelectMany(row => row.Groups[1].Value.Split(", ").Select(method => $"{method} {row.Groups[2].Value}")).Order(StringComparer.Ordinal);
        var real = from route in RouteTests.Routes(shared.Server)
                   where route.RoutePattern.RawText?.StartsWith(api + "/", StringComparison.Ordinal) == true
                   from method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                   select $"{method} {route.RoutePattern.RawText![api.Length..].TrimEnd('/')}";
        Assert.Equal(real.Order(StringComparer.Ordinal), said);
    }

    private static string Page([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../../docs/reference/mlflow.md"));

    [GeneratedRegex(@"^\| ((?:GET|POST|PUT|PATCH|DELETE)(?:, (?:GET|POST|PUT|PATCH|DELETE))*) \| `(/[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
