using System.Net.Http.Headers;
using System.Text;
using Assay.Inference.OpenInference.Grpc;
using Assay.Inference.Predictions;
using Assay.Inference.Protocols;
using Assay.Inference.Protocols.Connections;
using Microsoft.Extensions.Logging;

namespace Assay.Serve.Access;

/// <summary>What a route of the slim server says of who may call it, and in which form it refuses. A route that says nothing is for known callers.</summary>
internal sealed record RouteAccess(RouteUse Use, Dialect Dialect);

/// <summary>
/// Lets known callers in alone: <c>Authorization: Bearer KEY</c>, or Basic with the key as the password. Whether the server and
/// its models answer, anybody may ask.
/// </summary>
internal sealed class CallerCheck : IDisposable
{
    private readonly FromFiles<CallerKeys>? _keys;
    private readonly IssuedTokens? _tokens;

    /// <exception cref="ServeRefusedException">The file or the provider's address can't be used.</exception>
    public CallerCheck(ServeAccess access, TimeProvider clock)
    {
        _keys = access.KeysFile is { } file ? new($"The file of keys {file}", () => CallerKeys.Bytes(file), () => CallerKeys.Read(file)) : null;
        _tokens = access.Issuer is { } issuer ? new(issuer, clock) : null;
    }

    /// <summary>Who calls; null where nobody is asked.</summary>
    public static ServeCaller? CallerOf(HttpContext http) => http.Features.Get<ServeCaller>();

    /// <summary>Puts the check before the routes.</summary>
    public void Use(WebApplication app, Func<HttpContext, string?> modelOf)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger<CallerCheck>();
        app.UseRouting();
        app.Use(async (http, next) =>
        {
            var endpoint = http.GetEndpoint();
            var route = endpoint?.Metadata.GetMetadata<RouteAccess>();
            if (endpoint is null || route?.Use is RouteUse.Server or RouteUse.Health)
            {
                await next(http);
                return;
            }

            if (endpoint.Metadata.GetMetadata<MessageNames>() is { } names)
                await names.Take(http);
            if (await WhyNot(http, route, modelOf(http), log) is { } problem)
                await Refuse(http, route?.Dialect ?? PlainDialect.Instance, problem);
            else
                await next(http);
        });
    }

    public void Dispose() => _tokens?.Dispose();

    private async ValueTask<Problem?> WhyNot(HttpContext http, RouteAccess? route, string? model, ILogger log)
    {
        try
        {
            if (SecretOf(http.Request.Headers.Authorization) is not { } secret || await Find(secret, log, http.RequestAborted) is not { } caller)
                return new(StatusCodes.Status401Unauthorized, "unauthenticated", "This server answers known callers alone. Send a key of it, or a token of its issuer, that holds: Authorization: Bearer KEY.");
            http.Features.Set(caller);
            if (model is not null && !caller.MayAsk(model))
                return new(StatusCodes.Status403Forbidden, "denied", $"'{caller.Name}' may not ask '{model}'.");
            return route?.Use == RouteUse.Change && !caller.Manages
                ? new(StatusCodes.Status403Forbidden, "denied", $"'{caller.Name}' may not load and unload models: its line in the file of keys doesn't end with 'manage'.")
                : null;
        }
        catch (ServeRefusedException problem)   // of the provider: nobody can tell who calls
        {
            log.LogWarning("{Problem} {Cause}", problem.Message, problem.GetBaseException().Message);
            return Problem.Unavailable(problem.Message);
        }
    }

    private ValueTask<ServeCaller?> Find(string secret, ILogger log, CancellationToken cancel)
    {
        if (_keys?.Current(log).Find(secret) is { } caller)
            return new(caller);
        return _tokens is not null && IssuedTokens.MayBeOne(secret) ? _tokens.Find(secret, cancel) : new((ServeCaller?)null);
    }

    private static Task Refuse(HttpContext http, Dialect dialect, Problem problem)
    {
        if (problem.Status == StatusCodes.Status401Unauthorized)
            http.Response.Headers.WWWAuthenticate = "Bearer, Basic realm=\"Assay\"";
        return dialect.WriteProblem(http, problem);
    }

    private static string? SecretOf(string? header) =>
        !AuthenticationHeaderValue.TryParse(header, out var parsed) || parsed.Parameter is not { Length: > 0 } word ? null
        : parsed.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) ? word
        : parsed.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) ? PasswordOf(word)
        : null;

    private static string? PasswordOf(string encoded)
    {
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, { Length: > 0 } password] ? password : null;
    }
}
