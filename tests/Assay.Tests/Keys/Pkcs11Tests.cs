using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Assay.Governance.Keys;

namespace Assay.Tests.Keys;

/// <summary>On a real PKCS#11 library, SoftHSM, where it is installed.</summary>
[Collection(nameof(Pkcs11Tests))]
public sealed class Pkcs11Tests : IDisposable
{
    private const string Pin = "123456";

    private static readonly string? Library = new[]
    {
        "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so",
    }.FirstOrDefault(File.Exists);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_key_on_a_token_signs_rotates_and_is_found_again_after_a_restart()
    {
        var options = MakeToken();
        byte[] old;
        string oldHint;
        using (var token = new Pkcs11KeyProvider(options))
        using (var ring = Ring(token))
        {
            Assert.Equal("pkcs11", Assert.Single(ring.Versions).Provider);
            (old, oldHint) = (ring.Current.Sign("data"u8.ToArray()), ring.Current.Hint);
            Assert.True(SigningKeyRingTests.Verifies(ring.Current.PublicKeyPem, old));
            ring.Rotate();
        }

        using var tokenAgain = new Pkcs11KeyProvider(options);
        using var restarted = Ring(tokenAgain);
        Assert.True(SigningKeyRingTests.Verifies(restarted.PublicKeyOf(oldHint)!, old));
        Assert.NotEqual(oldHint, restarted.Current.Hint);
        for (var i = 0; i < 50; i++)   // every form that the two numbers of a signature may have
            Assert.True(SigningKeyRingTests.Verifies(restarted.Current.PublicKeyPem, restarted.Current.Sign("data"u8.ToArray())));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.pem"));
    }

    [Fact]
    public void An_installation_moves_from_a_file_to_a_token_by_rotating()
    {
        byte[] old;
        string oldHint;
        using (var files = new SigningKeyRing(_folder.Path, [new FileKeyProvider(_folder.Path)], TimeProvider.System))
            (old, oldHint) = (files.Current.Sign("data"u8.ToArray()), files.Current.Hint);

        using var token = new Pkcs11KeyProvider(MakeToken());
        using var ring = Ring(token);
        Assert.Equal(oldHint, ring.Current.Hint);
        Assert.Equal("pkcs11", ring.Rotate().Provider);
        Assert.True(SigningKeyRingTests.Verifies(ring.Current.PublicKeyPem, ring.Current.Sign("data"u8.ToArray())));
        Assert.True(SigningKeyRingTests.Verifies(ring.PublicKeyOf(oldHint)!, old));
    }

    [Fact]
    public void A_wrong_pin_or_token_is_named()
    {
        var options = MakeToken();
        using var nowhere = new Pkcs11KeyProvider(new() { Provider = "pkcs11", Pkcs11Library = options.Pkcs11Library, Pkcs11Token = "other", Pkcs11PinFile = options.Pkcs11PinFile });
        Assert.Contains("'other'", Assert.Throws<InvalidDataException>(() => nowhere.Make(1)).Message, StringComparison.Ordinal);
        File.WriteAllText(options.Pkcs11PinFile, "wrong\n");
        using var locked = new Pkcs11KeyProvider(options);
        Assert.Contains("PinFile", Assert.Throws<InvalidDataException>(() => locked.Make(1)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private SigningKeyRing Ring(Pkcs11KeyProvider token) => new(_folder.Path, [token, new FileKeyProvider(_folder.Path)], TimeProvider.System);

    private KeyOptions MakeToken()
    {
        Assert.SkipWhen(Library is null, "SoftHSM is not installed; ./test installs softhsm2 through apt-get where it may.");
        Directory.CreateDirectory(_folder["tokens"]);
        File.WriteAllText(_folder["softhsm2.conf"], $"directories.tokendir = {_folder["tokens"]}\nobjectstore.backend = file\nlog.level = ERROR\n");
        File.WriteAllText(_folder["pin"], Pin + "\n");
        SetVariable("SOFTHSM2_CONF", _folder["softhsm2.conf"]);
        using var made = Process.Start("softhsm2-util", ["--init-token", "--free", "--label", "assay", "--so-pin", Pin, "--pin", Pin]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
        return new() { Provider = "pkcs11", Pkcs11Library = Library!, Pkcs11Token = "assay", Pkcs11PinFile = _folder["pin"] };
    }

    // The library reads the variable of the C runtime, which .NET's own setting does not reach.
    private static void SetVariable(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        Assert.Equal(0, NativeVariable(Encoding.UTF8.GetBytes(name + "\0"), Encoding.UTF8.GetBytes(value + "\0"), 1));
    }

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int NativeVariable(byte[] name, byte[] value, int overwrite);
}
