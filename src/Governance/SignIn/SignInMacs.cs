using System.Security.Cryptography;
using System.Text;
using Assay.Kernel.Homes;

namespace Assay.Governance.SignIn;

/// <summary>A row that lets somebody in: a one-time code, a session.</summary>
internal interface ISignInRow
{
    /// <summary>What the row says of whom it lets in and until when: parts without line breaks, one a line, the kind of row first.</summary>
    string Says { get; }

    /// <summary>See <see cref="SignInMacs"/>; empty in rows of an older version.</summary>
    string Mac { get; set; }
}

/// <summary>
/// Marks rows that let somebody in by HMAC-SHA-256 with a secret of the home: who writes into the database alone can make
/// none, nor turn one of their own into somebody else's.
/// </summary>
/// <param name="secret">Held outside the database.</param>
internal sealed class SignInMacs(byte[] secret)
{
    /// <summary>Digits of a MAC.</summary>
    public const int Length = 64;

    /// <summary>With the secret that keys passwords, too, whose texts begin with the id of a person.</summary>
    public static SignInMacs Of(AssayHome home) => new(PasswordHashes.Secret(home));

    /// <summary>The same row, marked as the server's.</summary>
    public T Mark<T>(T row)
        where T : ISignInRow
    {
        row.Mac = Mac(row);
        return row;
    }

    /// <summary>Whether the server made the row as it is.</summary>
    public bool Fits(ISignInRow row) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(row.Mac), Encoding.UTF8.GetBytes(Mac(row)));

    private string Mac(ISignInRow row) => Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(row.Says)));
}
