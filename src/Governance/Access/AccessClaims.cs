using System.Security.Claims;

namespace Assay.Governance.Access;

/// <summary>What a caller's principal says: which account it is, and what limits it.</summary>
public static class AccessClaims
{
    internal const string TokenId = "token";

    /// <summary>Claim with the name of a role, or permissions with a space between them: what the caller may use at most.</summary>
    internal const string Limit = "limit";
    private const string Principal = "principal";
    private const string Project = "project";
    private const string Session = "session";

    /// <summary>A caller who presents a token of the account.</summary>
    internal static ClaimsPrincipal Of(Principal account, AccessToken token)
    {
        var claims = new List<Claim> { new(ClaimTypes.Name, account.DisplayName), new(Principal, account.Id), new(TokenId, token.Id) };
        if (token.Scope is not null)
            claims.Add(new(Limit, token.Scope));
        if (token.BoundProject is not null)
            claims.Add(new(Project, token.BoundProject));
        return new(new ClaimsIdentity(claims, "assay"));
    }

    /// <summary>A caller who signed in as the account itself, with all its rights.</summary>
    internal static ClaimsPrincipal Of(Principal account) =>
        new(new ClaimsIdentity([new(ClaimTypes.Name, account.DisplayName), new(Principal, account.Id)], "assay"));

    extension(ClaimsPrincipal caller)
    {
        /// <summary>Pseudonymous id for the ledger: the token, or the account where there is none.</summary>
        public string ActorId() => caller.FindFirstValue(TokenId) is { } id ? $"token:{id}" : caller.PrincipalId() ?? "anonymous";

        /// <summary>Id of the account that acts, <c>person:…</c> or <c>service:…</c>; null for a guest.</summary>
        public string? PrincipalId() => caller.FindFirstValue(Principal);

        /// <summary>The session that the caller's browser is in; null for a caller with a token or without any.</summary>
        internal string? SessionId() => caller.FindFirstValue(Session);

        /// <summary>The same caller, in that session. The one given may be shared, and stays as it is.</summary>
        internal ClaimsPrincipal InSession(string id) => new(new ClaimsIdentity(caller.Identity, [new(Session, id)]));

        /// <summary>The one project that the caller's token is bound to; null for none.</summary>
        public string? BoundProject() => caller.FindFirstValue(Project);
    }
}
