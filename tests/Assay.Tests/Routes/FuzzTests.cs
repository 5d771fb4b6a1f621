using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Kernel;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Assay.Tests.Routes;

/// <summary>
/// Malformed and oversized input on every route of the real host, as somebody who may call it: each is answered by a
/// sentence, never by a defect, and the server goes on. Bounded by the number of routes; the seed of the random part is printed.
/// </summary>
public class FuzzTests(ITestOutputHelper output)
{
    private const int RandomBodiesPerRoute = 5;

    /// <summary>An endpoint whose model is not loaded says so.</summary>
    private const int Unavailable = 503;
    private const int NotImplemented = 501;   // said by routes whose clients go another way then

    // Connections of the console's own script, which speaks another protocol inside.
    private static readonly string[] Elsewhere = ["_blazor", "_framework"];

    private static readonly string[] Names =
    [
        "..%2f..%2fetc%2fpasswd", "%2e%2e", "%00", "a%0d%0ab", "%ff%fe", "'%20OR%201=1--", "%F0%9F%92%A5", "-1", "99999999999999999999", "1e9",
        "$%7Bx%7D", "CON", "sha256:zz", new('a', 3000),
    ];

    private static readonly string[] Queries =
    [
        "limit=-1", "limit=0", "limit=999999999999", "limit=NaN", "cursor=%00", "cursor=" + "%F0%9F%92%A5", "cursor=" + new string('c', 5000),
        "format=%00", "version=-1", "from=x&to=y", "size=-1&n=-1&last=%00", "state=%27", "limit=1&limit=2", "=&&&=",
    ];

    private static readonly string[] Bodies =
    [
        "", " ", "null", "[]", "{}", "0", "\"x\"", "{", "{\"a\":", "[[[[", "{\"name\":\"\\ud800\"}", "\u0000", "true", "{\"name\":{\"name\":{}}}",
        string.Concat(Enumerable.Repeat("[", 20_000)), "{\"name\":\"" + new string('x', 300_000) + "\"}",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_answers_nonsense_with_a_sentence()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var server = await TestServer.Start();
        var (wrong, sent) = (new List<string>(), 0);
        foreach (var route in RouteTests.Routes(server).Where(route => !Elsewhere.Any(part => route.RoutePattern.RawText!.Contains(part, StringComparison.Ordinal))))
        {
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                foreach (var request in Requests(route, method, random))
                {
                    sent++;
                    if (await Trouble(server.Admin, request) is { } trouble)
                        wrong.Add(trouble);
                }
            }
        }

        output.WriteLine($"{sent} requests");
        Assert.True(sent > 2000, $"Only {sent} requests were made.");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Distinct().Take(50)));
        Assert.Equal(HttpStatusCode.OK, (await server.Guest.GetAsync("/health/ready", Cancel)).StatusCode);
    }

    private static IEnumerable<HttpRequestMessage> Requests(RouteEndpoint route, string method, Random random)
    {
        var plain = Path(route.RoutePattern, "no-such");
        if (route.RoutePattern.Parameters.Count > 0)
        {
            foreach (var name in Names)
                yield return Request(method, Path(route.RoutePattern, name));
        }

        foreach (var query in Queries)
            yield return Request(method, $"{plain}?{query}");
        if (method is "GET" or "HEAD" or "DELETE" or "OPTIONS")
            yield break;

        foreach (var body in Bodies.Concat(Mutations(route)))
            yield return Request(method, plain, Encoding.UTF8.GetBytes(body), "application/json");
        for (var i = 0; i < RandomBodiesPerRoute; i++)
        {
            var bytes = new byte[random.Next(2000)];
            random.NextBytes(bytes);
            yield return Request(method, plain, bytes, i % 2 == 0 ? "application/json" : "application/octet-stream");
        }

        yield return Request(method, plain, "{}"u8.ToArray(), "text/x-nonsense");
        yield return Request(method, plain, [], "multipart/form-data; boundary=x");
    }

    /// <summary>The body that the route wants, with one field at a time replaced by something that it can't mean.</summary>
    private static IEnumerable<string> Mutations(RouteEndpoint route)
    {
        var type = route.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        if (type is null || type.IsPrimitive || type == typeof(string))
            yield break;
        foreach (var field in type.GetProperties())
        {
            foreach (var value in Nasty())
            {
                var body = new JsonObject();
                foreach (var other in type.GetProperties())
                    body[JsonNamingPolicy.CamelCase.ConvertName(other.Name)] = other == field ? value?.DeepClone() : Likely(other.PropertyType);
                yield return body.ToJsonString(AssayJson.Options);
            }
        }
    }

    private static IEnumerable<JsonNode?> Nasty() =>
    [
        null, "", " ", -1, 0, long.MaxValue, 1e308, true, new JsonArray(), new JsonObject(), new string('n', 20_000), "../../../etc/passwd",
        "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "\u0000", "a\nb", "💥", new JsonArray(new JsonArray(), null, 1, "x"),
    ];

    private static JsonNode? Likely(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.String => "name",
        TypeCode.Boolean => true,
        TypeCode.Int32 or TypeCode.Int64 when type.IsEnum => Enum.GetNames(type)[0],
        TypeCode.Int32 or TypeCode.Int64 => 1,
        TypeCode.Double => 0.5,
        _ => typeof(System.Collections.IEnumerable).IsAssignableFrom(type) ? new JsonArray() : null,
    };

    private static HttpRequestMessage Request(string method, string path, byte[]? body = null, string? contentType = null)
    {
        var request = new HttpRequestMessage(new(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType!);
        }

        return request;
    }

    private static async Task<string?> Trouble(HttpClient client, HttpRequestMessage request)
    {
        var what = $"{request.Method} {Short(request.RequestUri!.OriginalString)} {Short(await Text(request.Content))}";
        using var _ = request;
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
            var status = (int)answer.StatusCode;
            if (status is < 500 or Unavailable or NotImplemented)
                return null;
            return $"{what} answered {status}: {Short(await answer.Content.ReadAsStringAsync(Cancel))}";
        }
        catch (HttpRequestException broken)
        {
            // A server may hang up on a request line or a body past its limits, after it has answered.
            return broken.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.Unknown ? null : $"{what} broke: {broken.Message}";
        }
    }

    private static async Task<string> Text(HttpContent? content) => content is null ? "" : await content.ReadAsStringAsync(Cancel);

    private static string Short(string text) => text.Length <= 160 ? text : text[..160] + "…";

    private static string Path(RoutePattern pattern, string name) => "/" + string.Join('/', pattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternParameterPart parameter => parameter.ParameterPolicies.Any(policy => policy.Content is "int" or "long") ? "7" : name,
            _ => "",
        }))));
}
