using Assay.Governance.Access;
using Assay.Kernel.Paging;

namespace Assay.Client;

/// <summary>Projects, tokens and sign-in.</summary>
public sealed class AccessClient
{
    private readonly Transport _transport;

    internal AccessClient(Transport transport) => _transport = transport;

    /// <summary>Projects that the caller may enter.</summary>
    public Task<Page<ProjectSummary>> Projects(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<ProjectSummary>>(Route.To("projects").Page(cursor, limit), cancel);

    /// <summary>Makes a project.</summary>
    public Task<ProjectSummary> CreateProject(string name, CancellationToken cancel = default) =>
        _transport.Post<ProjectSummary>(Route.To("projects"), new CreateProjectRequest(name), cancel);

    /// <summary>Tokens of the installation, without their secrets.</summary>
    public Task<Page<TokenSummary>> Tokens(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<TokenSummary>>(Route.To("tokens").Page(cursor, limit), cancel);

    /// <summary>Makes a token. Its secret is in the answer and nowhere else.</summary>
    public Task<CreatedToken> CreateToken(CreateTokenRequest request, CancellationToken cancel = default) =>
        _transport.Post<CreatedToken>(Route.To("tokens"), request, cancel);

    /// <summary>Makes a token worthless.</summary>
    public Task RevokeToken(string id, CancellationToken cancel = default) => _transport.Delete(Route.To("tokens", id), cancel);

    /// <summary>A link that signs one browser in as the caller, once.</summary>
    public Task<SignInLink> CreateSignInLink(CancellationToken cancel = default) =>
        _transport.Post<SignInLink>(Route.To("sign-in-links"), null, cancel);
}
