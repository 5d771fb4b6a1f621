using System.ComponentModel.DataAnnotations;

namespace Assay.Governance.SignIn.Oidc;

/// <summary>Sign-in by an OpenID provider; section <c>Oidc</c>. Off while there is no authority.</summary>
public sealed class OidcOptions
{
    /// <summary>Address of the provider, under which its discovery document is; empty turns all of this off.</summary>
    [StringLength(300)]
    public string Authority { get; init; } = "";

    /// <summary>What the button of the sign-in page calls the provider.</summary>
    [StringLength(60)]
    public string Name { get; init; } = "your organization";

    /// <summary>Assay's id at the provider.</summary>
    [StringLength(200)]
    public string ClientId { get; init; } = "";

    /// <summary>Assay's secret there; better given by the environment or <see cref="ClientSecretFile"/>.</summary>
    [StringLength(1000)]
    public string ClientSecret { get; init; } = "";

    /// <summary>File with the secret, instead of <see cref="ClientSecret"/>.</summary>
    [StringLength(1000)]
    public string ClientSecretFile { get; init; } = "";

    /// <summary>What the provider's access tokens for the API name as their audience; empty: none are accepted.</summary>
    [StringLength(300)]
    public string Audience { get; init; } = "";

    /// <summary>What to ask the provider for; <c>openid</c> is always asked for.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The claim that becomes the user name of a new person.</summary>
    [Required, StringLength(100)]
    public string UserNameClaim { get; init; } = "preferred_username";

    /// <summary>The claim that lists the person's groups.</summary>
    [Required, StringLength(100)]
    public string GroupsClaim { get; init; } = "groups";

    /// <summary>Whether a person whom the provider vouches for and nobody here knows gets an account, without any role but its groups'.</summary>
    public bool Provision { get; init; } = true;

    /// <summary>Whether a person who is here already is recognized by an e-mail address that the provider has verified.</summary>
    public bool LinkByEmail { get; init; }

    /// <summary>Whether the provider must be reached by HTTPS; false is for tests on one machine.</summary>
    public bool RequireHttps { get; init; } = true;

    /// <summary>Roles that members of the provider's groups get.</summary>
    public IReadOnlyList<OidcRole> Roles { get; init; } = [];

    internal bool IsOn => Authority.Length > 0;

    /// <summary>What is wrong with the section, in a sentence; null for nothing.</summary>
    internal string? Trouble()
    {
        if (!IsOn)
            return null;
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var address) || (RequireHttps && address.Scheme != Uri.UriSchemeHttps))
            return "Oidc:Authority is not an address that begins with https://.";
        if (ClientId.Length == 0)
            return "Oidc:ClientId is missing: it is Assay's id at the provider.";
        if (ClientSecretFile.Length > 0 && !File.Exists(ClientSecretFile))
            return $"Oidc:ClientSecretFile names {ClientSecretFile}, which does not exist.";
        return Roles.FirstOrDefault(role => role.Group.Length == 0 || role.Role.Length == 0) is null
            ? null
            : "Each of Oidc:Roles names a Group of the provider and a Role; Project is left out for the whole installation.";
    }

    internal string? Secret() =>
        ClientSecretFile.Length > 0 ? File.ReadAllText(ClientSecretFile).Trim() : ClientSecret.Length > 0 ? ClientSecret : null;
}

/// <summary>A role for the members of a group of the provider.</summary>
public sealed class OidcRole
{
    /// <summary>As the groups claim has it.</summary>
    public string Group { get; init; } = "";

    /// <summary>A built-in or custom role.</summary>
    public string Role { get; init; } = "";

    /// <summary>The one project; null for the whole installation.</summary>
    public string? Project { get; init; }
}

/// <summary>What the sign-in page offers beside passwords and tokens.</summary>
/// <param name="Organization">Name of the OpenID provider; null when none is configured.</param>
public sealed record SignInWays(string? Organization);
