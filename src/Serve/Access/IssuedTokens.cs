using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Serve.Access;

/// <summary>
/// Access tokens of an OpenID provider. Its keys are fetched when the first token comes, kept for a day, and fetched again, not
/// more often than every half minute, when a token names one that isn't known. A token that held is believed for a minute
/// without looking again.
/// </summary>
internal sealed class IssuedTokens : IDisposable
{
    private const int KnownMax = 10_000;
    private const int TokenLengthMax = 16 << 10;
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    // By the provider's public keys only: were a shared secret allowed, who has it could sign.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384,
        SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly TokenIssuer _issuer;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = 1 << 20 };
    private readonly ConfigurationManager<OpenIdConnectConfiguration> _keys;
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters _parameters;
    private readonly ConcurrentDictionary<string, (ServeCaller Caller, long Until)> _known = new(StringComparer.Ordinal);

    public IssuedTokens(TokenIssuer issuer, TimeProvider clock)
    {
        issuer.Check();
        (_issuer, _clock) = (issuer, clock);
        var address = $"{issuer.Address.TrimEnd('/')}/.well-known/openid-configuration";
        _keys = new(address, new OpenIdConnectConfigurationRetriever(), new HttpDocumentRetriever(_http) { RequireHttps = new Uri(address).Scheme == Uri.UriSchemeHttps })
        {
            AutomaticRefreshInterval = TimeSpan.FromDays(1),
            RefreshInterval = TimeSpan.FromSeconds(30),
        };
        _parameters = new()
        {
            ValidIssuer = issuer.Address,
            ValidAudience = issuer.Audience,
            ValidAlgorithms = Algorithms,
            ConfigurationManager = _keys,
            ClockSkew = Skew,
        };
    }

    /// <summary>Whether a word may be such a token at all.</summary>
    public static bool MayBeOne(string word) => word.Length <= TokenLengthMax && word.AsSpan().Count('.') == 2;

    /// <summary>The caller whom a token names; null when it doesn't hold.</summary>
    /// <exception cref="ServeRefusedException">The provider's keys can't be had.</exception>
    public async ValueTask<ServeCaller?> Find(string token, CancellationToken cancel)
    {
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (_known.TryGetValue(hash, out var known) && Environment.TickCount64 < known.Until)
            return known.Caller;
        await FetchKeys(cancel);
        var result = await _handler.ValidateTokenAsync(token, _parameters);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken said)
            return null;
        var caller = new ServeCaller(said.Subject, ModelsOf(said), Manages: false);
        if (_known.Count >= KnownMax)
            _known.Clear();
        var left = said.ValidTo + Skew - _clock.GetUtcNow().UtcDateTime;
        _known[hash] = (caller, Environment.TickCount64 + (long)(left < Believed ? left : Believed).TotalMilliseconds);
        return caller;
    }

    // A list of names, or one text of them with spaces between, as scopes are written; nothing where the claim is missing.
    private HashSet<string>? ModelsOf(JsonWebToken token)
    {
        if (_issuer.ModelsClaim is not { } name)
            return null;
        var models = token.Claims.Where(claim => claim.Type == name)
            .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
        return models.Contains(ServeCaller.All) ? null : models;
    }

    // The check of a token says of keys that can't be had only that none of them fits.
    private async Task FetchKeys(CancellationToken cancel)
    {
        try
        {
            await _keys.GetConfigurationAsync(cancel);
        }
        catch (Exception problem) when (problem is InvalidOperationException or IOException or HttpRequestException)
        {
            throw new ServeRefusedException($"The keys of {_issuer.Address} can't be fetched, so that no token of it can be checked. Try again in a moment.", problem);
        }
    }

    public void Dispose() => _http.Dispose();
}
