using Assay.Governance.Access;
using Assay.Governance.SignIn;
using Assay.Kernel.Paging;

namespace Assay.Client;

/// <summary>The caller's own account, sessions and tokens; no permission is needed for them.</summary>
public sealed class OwnAccountClient
{
    private readonly Transport _transport;

    internal OwnAccountClient(Transport transport) => _transport = transport;

    /// <summary>Who the caller is.</summary>
    public Task<OwnAccount> Show(CancellationToken cancel = default) => _transport.Get<OwnAccount>(Route.To("account"), cancel);

    /// <summary>Sets another password, and ends all sessions of the caller.</summary>
    public Task ChangePassword(string oldPassword, string newPassword, CancellationToken cancel = default) =>
        _transport.Put(Route.To("account", "password"), new ChangeOwnPasswordRequest(oldPassword, newPassword), cancel);

    /// <summary>Browsers in which the caller is signed in.</summary>
    public Task<Page<SessionSummary>> Sessions(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<SessionSummary>>(Route.To("account", "sessions").Page(cursor, limit), cancel);

    /// <summary>Signs one browser out.</summary>
    public Task EndSession(string id, CancellationToken cancel = default) => _transport.Delete(Route.To("account", "sessions", id), cancel);

    /// <summary>Signs all browsers out.</summary>
    public Task EndSessions(CancellationToken cancel = default) => _transport.Delete(Route.To("account", "sessions"), cancel);

    /// <summary>The caller's tokens, without their secrets.</summary>
    public Task<Page<TokenSummary>> Tokens(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<TokenSummary>>(Route.To("account", "tokens").Page(cursor, limit), cancel);

    /// <summary>Makes a token of the caller's own. Its secret is in the answer and nowhere else.</summary>
    public Task<CreatedToken> CreateToken(CreateTokenRequest request, CancellationToken cancel = default) =>
        _transport.Post<CreatedToken>(Route.To("account", "tokens"), request, cancel);

    /// <summary>Makes one of the caller's tokens worthless.</summary>
    public Task RevokeToken(string id, CancellationToken cancel = default) => _transport.Delete(Route.To("account", "tokens", id), cancel);

    /// <summary>A link with which a person chooses a password, once.</summary>
    public Task<PasswordLinkIssued> CreatePasswordLink(string person, CancellationToken cancel = default) =>
        _transport.Post<PasswordLinkIssued>(Route.To("people", person, "password-links"), null, cancel);
}
