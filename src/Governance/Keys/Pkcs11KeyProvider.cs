using System.Globalization;
using System.Runtime.InteropServices;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using ISession = Net.Pkcs11Interop.HighLevelAPI.ISession;   // and not a web session

namespace Assay.Governance.Keys;

/// <summary>Keys on a PKCS#11 token (HSM, smart card, SoftHSM): made there, used there, and marked so that they can't be read out.</summary>
internal sealed class Pkcs11KeyProvider : IKeyProvider, IDisposable
{
    // Object identifier of P-256 in DER: what CKA_EC_PARAMS takes.
    private static readonly byte[] P256 = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

    private readonly KeyOptions _options;
    private readonly Lock _gate = new();
    private IPkcs11Library? _library;
    private ISession? _session;

    // The wrapper asks for libdl by a name that the development files of a system have, and not the system itself.
    static Pkcs11KeyProvider() => NativeLibrary.SetDllImportResolver(
        typeof(Pkcs11InteropFactories).Assembly,
        static (name, _, _) => name == "libdl" && OperatingSystem.IsLinux() ? NativeLibrary.Load("libdl.so.2") : IntPtr.Zero);

    public Pkcs11KeyProvider(KeyOptions options) => _options = options;

    public string Name => "pkcs11";

    public ISigningKey Make(int version) => Use(session =>
    {
        if (Find(session, version, CKO.CKO_PRIVATE_KEY) is null)
            Generate(session, version);
        return Describe(session, version);
    });

    public ISigningKey Open(int version) => Use(session => Describe(session, version));

    public void Dispose()
    {
        lock (_gate)
            Close();
    }

    /// <summary>Signs a SHA-256; the two numbers of the signature, 32 bytes each.</summary>
    public byte[] SignHash(int version, byte[] hash) => Use(session =>
    {
        var key = Find(session, version, CKO.CKO_PRIVATE_KEY) ?? throw Missing(version);
        return session.Sign(session.Factories.MechanismFactory.Create(CKM.CKM_ECDSA), key, hash);
    });

    /// <summary>One at a time, for a session does one thing; once more in a new session when the token was taken away in the meantime.</summary>
    private T Use<T>(Func<ISession, T> work)
    {
        lock (_gate)
        {
            try
            {
                return work(Session());
            }
            catch (Pkcs11Exception)
            {
                Close();
            }

            try
            {
                return work(Session());
            }
            catch (Pkcs11Exception problem)
            {
                throw new InvalidDataException($"The token '{_options.Pkcs11Token}' answered {problem.RV}. Check that it is there, and Keys:Pkcs11PinFile.", problem);
            }
        }
    }

    private ISession Session()
    {
        if (_session is not null)
            return _session;
        var factories = new Pkcs11InteropFactories();
        if (!File.Exists(_options.Pkcs11Library))
            throw new InvalidDataException($"There is no library {_options.Pkcs11Library}: set Keys:Pkcs11Library to that of your device.");
        _library ??= factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, _options.Pkcs11Library, AppType.MultiThreaded);
        var slot = _library.GetSlotList(SlotsType.WithTokenPresent).Find(slot => slot.GetTokenInfo().Label.Trim() == _options.Pkcs11Token)
            ?? throw new InvalidDataException($"No token is labelled '{_options.Pkcs11Token}': set Keys:Pkcs11Token to one of the device's.");
        var session = slot.OpenSession(SessionType.ReadWrite);
        try
        {
            session.Login(CKU.CKU_USER, File.ReadLines(_options.Pkcs11PinFile).FirstOrDefault() ?? "");
        }
        catch (Pkcs11Exception problem) when (problem.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // Another session of this process has; that counts for all of them.
        }
        catch
        {
            Release(session);
            throw;
        }

        return _session = session;
    }

    // Forgotten first: what is lost can't be closed in order, and must not be taken for open at the next call.
    private void Close()
    {
        var (session, library) = (_session, _library);
        (_session, _library) = (null, null);
        Release(session);
        Release(library);
    }

    private static void Release(IDisposable? lost)
    {
        try
        {
            lost?.Dispose();
        }
        catch (Exception)
        {
            // The token is gone, and what it held for us with it.
        }
    }

    private static void Generate(ISession session, int version)
    {
        var make = session.Factories.ObjectAttributeFactory;
        List<IObjectAttribute> common = [make.Create(CKA.CKA_TOKEN, true), make.Create(CKA.CKA_LABEL, Label(version)), make.Create(CKA.CKA_ID, Label(version))];
        List<IObjectAttribute> publicKey = [.. common, make.Create(CKA.CKA_VERIFY, true), make.Create(CKA.CKA_EC_PARAMS, P256)];
        List<IObjectAttribute> privateKey =
            [.. common, make.Create(CKA.CKA_PRIVATE, true), make.Create(CKA.CKA_SENSITIVE, true), make.Create(CKA.CKA_EXTRACTABLE, false), make.Create(CKA.CKA_SIGN, true)];
        session.GenerateKeyPair(session.Factories.MechanismFactory.Create(CKM.CKM_EC_KEY_PAIR_GEN), publicKey, privateKey, out _, out _);
    }

    private Pkcs11SigningKey Describe(ISession session, int version)
    {
        var key = Find(session, version, CKO.CKO_PUBLIC_KEY) ?? throw Missing(version);
        var point = session.GetAttributeValue(key, [CKA.CKA_EC_POINT])[0].GetValueAsByteArray();
        return new(this, version, point);
    }

    private static IObjectHandle? Find(ISession session, int version, CKO kind)
    {
        var make = session.Factories.ObjectAttributeFactory;
        return session.FindAllObjects([make.Create(CKA.CKA_CLASS, kind), make.Create(CKA.CKA_LABEL, Label(version))]).FirstOrDefault();
    }

    private static string Label(int version) => string.Create(CultureInfo.InvariantCulture, $"assay-signing-{version}");

    private InvalidDataException Missing(int version) =>
        new($"The token '{_options.Pkcs11Token}' has no key '{Label(version)}'. Restore the token from its backup.");
}
