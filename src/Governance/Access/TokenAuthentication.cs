using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Assay.Governance.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Assay.Governance.Access;

/// <summary>
/// Signs API callers in: <c>Authorization: Bearer TOKEN</c>, or Basic with the token as the password (any user name, so
/// that tools which know only Basic work) or, on routes that take it, a person's name and password, or Bearer with a session ticket of the
/// console.
/// </summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, Tokens tokens, SessionTickets tickets, Sessions sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string Scheme_ = "token";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header) || header.Parameter is null)
            return AuthenticateResult.NoResult();

        var caller = header.Scheme.ToUpperInvariant() switch
        {
            "BEARER" => await Caller(header.Parameter),
            "BASIC" => await Basic(header.Parameter),
            _ => null,
        };
        return caller is null
            ? AuthenticateResult.Fail("The access token is not known, was revoked or has expired.")
            : AuthenticateResult.Success(new(caller, Scheme.Name));
    }

    private async ValueTask<ClaimsPrincipal?> Caller(string secret) => tickets.Read(secret) switch
    {
        ({ } session, _) => await sessions.Caller(session, Context.RequestAborted),
        (_, { } token) => await tokens.ById(token, Context.RequestAborted),
        _ => await tokens.ByToken(secret, Context.RequestAborted),
    };

    private async ValueTask<ClaimsPrincipal?> Basic(string encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
            return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return null;
        var (name, password) = (pair[..colon], pair[(colon + 1)..]);
        return password.StartsWith(TokenSecrets.Prefix, StringComparison.Ordinal) || Context.GetEndpoint()?.Metadata.GetMetadata<TakesPasswords>() is null
            ? await Caller(password)
            : await Context.RequestServices.GetRequiredService<PasswordCallers>().Find(name, password, Context.Connection.RemoteIpAddress);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer, Basic realm=\"Assay\"";
        return base.HandleChallengeAsync(properties);
    }
}
