using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Assay.Governance.Keys;
using Assay.Registry;

// A package of three files is verified, signature and all, and its bytes are hashed alone, in alternating rounds. What is
// printed is the ratio of the medians, so that a faster or busier machine changes little.
const double RatioMax = 1.2;
const int Rounds = 61;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var folder = Directory.CreateTempSubdirectory("assay-bench-").FullName;
try
{
    var slow = 0;
    foreach (var megabytes in new[] { 1, 16, 128 })
        slow += Measure(Path.Combine(folder, $"model-{megabytes}"), megabytes) ? 0 : 1;
    return slow == 0 ? 0 : 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static bool Measure(string folder, int megabytes)
{
    Directory.CreateDirectory(folder);
    string[] files = ["model.onnx", "baseline.json", "evaluation.json"];
    int[] sizes = [megabytes << 20, 100_000, 20_000];
    for (var i = 0; i < files.Length; i++)
        File.WriteAllBytes(Path.Combine(folder, files[i]), RandomNumberGenerator.GetBytes(sizes[i]));

    using var key = new BenchKey();
    SignedFolder.Sign(folder, key);
    var (verifying, hashing) = (new List<double>(), new List<double>());
    for (var round = 0; round < Rounds; round++)
    {
        verifying.Add(Time(() =>
        {
            if (!SignedFolder.Verify(folder, key.PublicKeyPem).Verified)
                throw new InvalidOperationException("The signature does not hold.");
        }));
        hashing.Add(Time(() =>
        {
            foreach (var file in files)
            {
                using var content = File.OpenRead(Path.Combine(folder, file));
                SHA256.HashData(content);
            }
        }));
    }

    var (verified, hashed) = (Median(verifying), Median(hashing));
    var ratio = verified / hashed;
    Console.WriteLine($"{megabytes,4} MiB: verify {verified:0.00} ms, hash {hashed:0.00} ms, ratio {ratio:0.00} (at most {RatioMax})");
    return ratio <= RatioMax;
}

static double Time(Action work)
{
    var start = Stopwatch.GetTimestamp();
    work();
    return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}

static double Median(List<double> values)
{
    values.Sort();
    return values[values.Count / 2];
}

/// <summary>A key in memory: where it is kept makes no difference to verifying.</summary>
internal sealed class BenchKey : ISigningKey, IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public BenchKey()
    {
        PublicKeyPem = _key.ExportSubjectPublicKeyInfoPem() + "\n";
        Hint = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(PublicKeyPem)));
    }

    public string PublicKeyPem { get; }

    public string Hint { get; }

    public byte[] Sign(byte[] data) => _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();
}
