using System.Security.Cryptography;
using System.Text;
using Assay.Governance.Keys;

namespace Assay.Tests.Keys;

public sealed class SigningKeyRingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_newest_version_signs_and_the_older_ones_still_verify_also_after_a_restart()
    {
        byte[] old;
        string oldHint;
        using (var ring = Open())
        {
            (old, oldHint) = (ring.Current.Sign("data"u8.ToArray()), ring.Current.Hint);
            Assert.Equal(2, ring.Rotate().Version);
            Assert.NotEqual(oldHint, ring.Current.Hint);
        }

        using var restarted = Open();
        Assert.Equal([1, 2], restarted.Versions.Select(version => version.Version));
        Assert.NotNull(restarted.Versions[0].RetiredAt);
        Assert.Null(restarted.Versions[1].RetiredAt);
        Assert.Equal(restarted.Versions[1].Hint, restarted.Current.Hint);
        Assert.True(Verifies(restarted.PublicKeyOf(oldHint)!, old));
        Assert.True(Verifies(restarted.PublicKeyOf(restarted.Current.Hint)!, restarted.Current.Sign("data"u8.ToArray())));
        Assert.Null(restarted.PublicKeyOf(new string('0', 64)));
    }

    [Fact]
    public void A_key_of_before_there_were_versions_becomes_the_first()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(_folder["signing-key.pem"], key.ExportPkcs8PrivateKeyPem());
        using var ring = Open();
        Assert.Equal(key.ExportSubjectPublicKeyInfoPem() + "\n", ring.Current.PublicKeyPem);
        Assert.Equal(1, Assert.Single(ring.Versions).Version);
    }

    [Fact]
    public void What_an_interrupted_rotation_has_left_is_used_by_the_next_one()
    {
        using var ring = Open();
        using var left = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(_folder["signing-key-2.pem"], left.ExportPkcs8PrivateKeyPem());
        Assert.Equal(left.ExportSubjectPublicKeyInfoPem() + "\n", ring.Rotate().PublicKeyPem);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("nothing")]
    [InlineData("""[{"version":1,"provider":"file","hint":"00","publicKeyPem":"x","createdAt":"2026-01-01T00:00:00Z"}]""")]
    public void A_damaged_list_of_versions_is_named_and_never_replaced(string content)
    {
        Open().Dispose();
        File.WriteAllText(_folder["signing-keys.json"], content);
        var problem = Assert.Throws<InvalidDataException>(Open);
        Assert.Contains("signing-keys.json", problem.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(_folder["signing-keys.json"]));
    }

    [Fact]
    public void A_private_key_that_is_not_the_one_that_is_trusted_is_refused()
    {
        Open().Dispose();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(_folder["signing-key.pem"], other.ExportPkcs8PrivateKeyPem());
        Assert.Throws<InvalidDataException>(Open);
    }

    internal static bool Verifies(string publicKeyPem, byte[] signature)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(publicKeyPem);
        return key.VerifyData("data"u8, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    public void Dispose() => _folder.Dispose();

    private SigningKeyRing Open() => new(_folder.Path, [new FileKeyProvider(_folder.Path)], TimeProvider.System);
}
