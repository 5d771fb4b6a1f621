namespace Assay.Serve.Access;

/// <summary>Whom the slim server answers: holders of a key, of a token of an OpenID provider, or both; whoever reaches it where neither is named.</summary>
/// <param name="KeysFile">File with a line for each key, which holds its hash alone.</param>
/// <param name="Issuer">The provider whose tokens are believed.</param>
public sealed record ServeAccess(string? KeysFile = null, TokenIssuer? Issuer = null)
{
    /// <summary>Whether anybody is asked who he is.</summary>
    public bool IsOn => KeysFile is not null || Issuer is not null;
}

/// <summary>An OpenID provider whose access tokens are believed.</summary>
/// <param name="Address">As its tokens name it: its address, to the letter.</param>
/// <param name="Audience">For whom a token must be: one for another service must not open this one.</param>
/// <param name="ModelsClaim">The claim that names the models that a token's holder may ask; null for all models.</param>
public sealed record TokenIssuer(string Address, string Audience, string? ModelsClaim = null)
{
    /// <summary>Refuses an address at which anybody could stand between.</summary>
    /// <exception cref="ServeRefusedException">It is no address, or none with TLS.</exception>
    internal void Check()
    {
        if (!Uri.TryCreate(Address, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            throw new ServeRefusedException("--oidc-issuer takes an address that begins with https://; one of this machine may do without TLS.");
    }
}

/// <summary>Somebody who may ask.</summary>
/// <param name="Name">For the log.</param>
/// <param name="Models">What he may ask; null for everything.</param>
/// <param name="Manages">Whether he may load and unload it.</param>
internal sealed record ServeCaller(string Name, IReadOnlySet<string>? Models, bool Manages)
{
    /// <summary>Stands for all models where their names are written.</summary>
    public const string All = "*";

    public bool MayAsk(string model) => Models?.Contains(model) ?? true;
}
