using System.Diagnostics;
using Assay.Registry.Scans;

namespace Assay.Tests.Registry.Scans;

/// <summary>Whatever the bytes, a scan ends soon, with a report, in little memory.</summary>
public sealed class FuzzTests
{
    private static readonly string[] Samples =
    [
        "pipeline-protocol-0.pkl", "pipeline-protocol-2.pkl", "pipeline-protocol-4.pkl", "pipeline-protocol-5.pkl", "tree.joblib", "tree.bz2.joblib",
        "tree.lzma.joblib", "tree.xz.joblib", "xgboost.pkl", "state-dict.pt",
    ];

    private static readonly ScanLimits Limits = new() { SecondsMax = 5, UnpackedMegabytesMax = 64, PickleValuesMax = 100_000 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Changed_models_never_throw(int seed)
    {
        var random = new Random(seed);
        var started = Stopwatch.GetTimestamp();
        foreach (var sample in Samples)
        {
            for (var round = 0; round < 60; round++)
                Scanned.File(Changed(Scanned.Sample(sample), random), sample, Limits);
        }

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(2), "It takes too long.");
    }

    [Fact]
    public void Random_bytes_and_random_instructions_never_throw()
    {
        var random = new Random(4);
        byte[][] beginnings = [[], [0x80, 2], [0x80, 4], [0x80, 5], "PK\x03\x04"u8.ToArray(), [0x1f, 0x8b, 8, 0], "BZh91AY"u8.ToArray(), [0xfd, .. "7zXZ\0"u8], [0x5d, 0, 0, 0x80, 0], [0x93, .. "NUMPY\x01\0"u8], [0x89, .. "HDF\r\n\x1a\n"u8], [0x08, 8], [0x0a, 4], [0x78, 0x9c]];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(400)];
            random.NextBytes(bytes);
            if (round % 2 == 0)
                Instructions(bytes, random);
            Scanned.File([.. beginnings[round % beginnings.Length], .. bytes], round % 3 == 0 ? "model.pkl" : "model", Limits);
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 2L << 30, "It takes too much memory.");
    }

    [Theory]
    [InlineData("C\xff")]
    [InlineData("B\xff\xff\xff\xff")]
    [InlineData("X\xff\xff\xff\xff")]
    [InlineData("T\xff\xff\xff\x7f")]
    [InlineData("\x8e\xff\xff\xff\xff\xff\xff\xff\x7f")]
    [InlineData("\x8d\xff\xff\xff\xff\xff\xff\xff\xff")]
    [InlineData("\x96\xff\xff\xff\xff\xff\xff\xff\x7f")]
    [InlineData("\x8b\xff\xff\xff\x7f")]
    [InlineData("\x95\xff\xff\xff\xff\xff\xff\xff\x7fN")]
    [InlineData("Nr\xff\xff\xff\xff")]
    [InlineData("Np99999999999999999999\n")]
    public void A_length_that_nobody_has_costs_nothing(string instructions)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        Scanned.File(PickleBytes.Protocol(5).Ops(instructions).ToArray());

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 8 << 20, "It takes too much memory.");
    }

    private static byte[] Changed(byte[] bytes, Random random)
    {
        for (var change = random.Next(1, 6); change > 0; change--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes = [.. bytes[..at], .. bytes[random.Next(at, bytes.Length)..], 0];
                    break;
                default:
                    bytes = [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
                    break;
            }
        }

        return bytes;
    }

    private static void Instructions(byte[] bytes, Random random)
    {
        var codes = System.Text.Encoding.Latin1.GetBytes("(.012FIJKLMNPQRSTUVXabcdegGhijloprqstu)]}BC\x80\x81\x82\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98");
        for (var at = 0; at < bytes.Length; at++)
        {
            if (random.Next(3) > 0)
                bytes[at] = codes[random.Next(codes.Length)];
        }
    }
}
