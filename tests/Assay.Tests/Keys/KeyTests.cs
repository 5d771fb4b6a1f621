using System.Security.Cryptography;
using System.Text;
using Assay.Governance.Keys;
using Assay.Kernel.Blobs;

namespace Assay.Tests.Keys;

public sealed class KeyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_wrapped_key_opens_again_after_a_restart_and_only_in_its_context()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var wrapped = new FileKeyRing(_folder.Path).Wrap(key, "sha256:one");

        var restarted = new FileKeyRing(_folder.Path);

        Assert.Equal(key, restarted.Unwrap(wrapped, "sha256:one"));
        Assert.ThrowsAny<CryptographicException>(() => restarted.Unwrap(wrapped, "sha256:two"));
        Assert.ThrowsAny<CryptographicException>(() => restarted.Unwrap(wrapped with { Version = 2 }, "sha256:one"));
        Assert.ThrowsAny<CryptographicException>(() => restarted.Unwrap(wrapped with { Ciphertext = wrapped.Ciphertext[..59] }, "sha256:one"));
    }

    [Fact]
    public void A_newer_version_wraps_and_older_ones_still_open()
    {
        var first = new FileKeyRing(_folder.Path);
        var wrapped = first.Wrap(new byte[32], "x");
        File.AppendAllText(_folder["master.key"], $"2 {Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}\n");

        var second = new FileKeyRing(_folder.Path);

        Assert.Equal(2, second.Wrap(new byte[32], "x").Version);
        Assert.Equal(new byte[32], second.Unwrap(wrapped, "x"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 short\n")]
    [InlineData("1\n")]
    [InlineData("x AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    public void A_damaged_master_key_is_named_and_never_replaced(string content)
    {
        File.WriteAllText(_folder["master.key"], content);

        var problem = Assert.Throws<InvalidDataException>(() => new FileKeyRing(_folder.Path));

        Assert.Contains("master.key", problem.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(_folder["master.key"]));
    }

    [Fact]
    public async Task However_many_start_at_once_they_all_use_one_key()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(
            () => Convert.ToHexString(KeyFile.ReadOrCreate(_folder["shared.key"], () => RandomNumberGenerator.GetBytes(32))),
            TestContext.Current.CancellationToken)));

        Assert.Single(made.Distinct());
        Assert.Equal([_folder["shared.key"]], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Key_files_can_be_read_by_their_owner_only()
    {
        _ = new FileKeyRing(_folder.Path);
        using var key = (FileSigningKey)new FileKeyProvider(_folder.Path).Make(1);

        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no file modes.");
        else
        {
            foreach (var file in Directory.GetFiles(_folder.Path))
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void A_signature_verifies_with_the_public_key_also_after_a_restart()
    {
        byte[] signature;
        using (var key = (FileSigningKey)new FileKeyProvider(_folder.Path).Make(1))
            signature = key.Sign("data"u8.ToArray());
        using var restarted = (FileSigningKey)new FileKeyProvider(_folder.Path).Make(1);
        using var publicKey = ECDsa.Create();
        publicKey.ImportFromPem(restarted.PublicKeyPem);

        Assert.True(publicKey.VerifyData("data"u8, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(restarted.PublicKeyPem))), restarted.Hint);
        Assert.EndsWith("-----END PUBLIC KEY-----\n", restarted.PublicKeyPem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signing_key_on_another_curve_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        File.WriteAllText(_folder["signing-key.pem"], other.ExportPkcs8PrivateKeyPem());

        Assert.Throws<InvalidDataException>(() => (FileSigningKey)new FileKeyProvider(_folder.Path).Make(1));
    }

    public void Dispose() => _folder.Dispose();
}
