using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Assay.Kernel.Blobs;

namespace Assay.Tests.Blobs;

public sealed class CobblestoneTests
{
    private static readonly byte[] Key = Encoding.ASCII.GetBytes("YELLOW SUBMARINE YELLOW SUBMARIN");

    /// <summary>Wycheproof's vectors 1, 2, 3 and 6 of Cobblestone-256; the ciphertexts are deflated there.</summary>
    public static TheoryData<int, string, string> Vectors { get; } = new()
    {
        {
            0,
            "78da004800b7ff43a2e39431cbae0389d3fc86adf46f7c3a24de88d9311617e53f3164cc1d5dc738a66b97f0bf786565c31799c2f463d50a7e10046011dc6fc3c939e3a5db7affb6191551669554fb010000ffff4bc124df",
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
        },
        {
            7,
            "78da004f00b0ffa1a1b56f6db58cd1ede0c5c9db62aef20d3f96a6c594bb9252bb38122de91236502b42a1d7fcab820ffa292940d2f86add212cfa42c38df19d3cc9139ee61a5990d3db57433514229beea49a8a72bd010000ffffdb4f2a44",
            "e85f32a85f1d4f7c9b2d36d20eca8435d81253e7075e9dea069eb1b6da48daf92ef1797367b520d8a46c4f72cecb85b1daff8887fcb41721d39943d1952fc180"
        },
        {
            16385,
            "78daecc0312b05010000e0ab33889449c9a0cb22b9ba89943f70a5fc02db1918582c6e757465a0db6eb11ad5a52e1383b2dca26c66a4647b75f55ebdf733def27d4f7ff71fd7e9db7137b778b1558707cdd27cf270d4177b2f7751f738d80e376f9ed7aaaf7c793dfa0d47ef2797b3e57ed6bf360100000000000000000000000000000030750bc9613ffc6cafd232cb57ebd3b320de5d29cedbf876a7da18ff7fffcc4c020000ffffea552abb",
            "db9e441f318209d02c8eaedfa94be7a08d3414057835c80ecea2deb0b16438ff97ae6dac13a749efe4a24686b01dc0dfab756703e810cc164466cd5cce99b3e8"
        },
        {
            16384,
            "78daecc0ad4a0301000060c560f019c49faca0ed821ea2588c62100541cc2746413841835a7c018b20076a325dd4032d8eb5856361db2d6d6c8b2b838ded3156beeff3fce3e4eb20e9fcf5aaedb07ffb589b1f657190fee7f16f763d3bdcf9ce8aabe5d74a145e5e1cdd6fad6c2c1ebead8d8b87c60c00000000000000000000000000000030759bfb7bc7ade6dcfa69ba5abf7bff79d92e3d07e585a7ddbcbb743648a29b49000000ffff4eef2f3b",
            "d787e0bf39e0d2e9a707b94bc77329f665286160744507f0fac9608e33a98994b6d9dd4a43a6326287d32b2e15d76e0de6a8818689698bee2ca419bf9bbedc02"
        },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public async Task The_published_vectors_decrypt_and_encrypt_to_the_same_bytes(int length, string deflated, string sha512)
    {
        var cipher = Inflate(deflated);

        var plain = await Decrypt(cipher);
        var again = await Encrypt(plain, cipher[..Cobblestone.SaltSize]);

        Assert.Equal(length, plain.Length);
        Assert.Equal(sha512, Convert.ToHexStringLower(SHA512.HashData(plain)));
        Assert.Equal(cipher, again);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16383)]
    [InlineData(16384)]
    [InlineData(16385)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(16384 * 8)]   // a block, which is sealed while the next is read
    [InlineData((16384 * 8) + 1)]
    [InlineData(16384 * 9)]
    [InlineData(16384 * 16)]
    [InlineData((16384 * 260) + 5)]   // the counter passes one byte
    public async Task Messages_round_trip_around_the_chunks_borders(int length)
    {
        var plain = RandomNumberGenerator.GetBytes(length);

        var cipher = await Encrypt(plain);

        Assert.Equal(plain, await Decrypt(cipher));
        Assert.Equal(length, Cobblestone.PlainLength(cipher.Length));
        Assert.Equal(56 + length + (16 * ((length / 16384) + 1)), cipher.Length);
    }

    [Fact]
    public async Task Any_part_can_be_read_by_itself()
    {
        var plain = RandomNumberGenerator.GetBytes(200_000);
        await using var reader = await Open(await Encrypt(plain));
        var random = new Random(7);

        for (var round = 0; round < 200; round++)
        {
            var from = random.Next(plain.Length);
            var part = new byte[random.Next(1, Math.Min(40_000, plain.Length - from + 1))];
            reader.Seek(from, SeekOrigin.Begin);
            if (round % 2 == 0)
                reader.ReadExactly(part);
            else
                await reader.ReadExactlyAsync(part, TestContext.Current.CancellationToken);
            Assert.True(plain.AsSpan(from, part.Length).SequenceEqual(part));
        }

        reader.Seek(0, SeekOrigin.End);
        Assert.Equal(0, reader.Read(new byte[1]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(16384)]
    [InlineData(70_000)]
    public async Task Every_flipped_bit_is_found(int length)
    {
        var cipher = await Encrypt(RandomNumberGenerator.GetBytes(length));
        var places = Enumerable.Range(0, Math.Min(cipher.Length, 60)).Concat(Enumerable.Range(1, 40).Select(step => cipher.Length - (cipher.Length / 41 * step) - 1));

        foreach (var place in places)
        {
            var changed = cipher.ToArray();
            changed[place] ^= 1;
            await Assert.ThrowsAsync<InvalidDataException>(() => Decrypt(changed));
        }
    }

    [Fact]
    public async Task Another_key_is_refused_by_the_commitment()
    {
        var cipher = await Encrypt([1, 2, 3]);
        var other = Key.ToArray();
        other[31] ^= 1;

        var problem = await Assert.ThrowsAsync<InvalidDataException>(() => Decrypt(cipher, other));

        Assert.Contains("header", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_cut_anywhere_is_refused_at_once()
    {
        var cipher = await Encrypt(RandomNumberGenerator.GetBytes(2 * 16384));
        int[] lengths = [0, 24, 55, 56, 71, 56 + 16400 - 1, 56 + 16400, 56 + (2 * 16400), cipher.Length - 1];

        foreach (var length in lengths)
            await Assert.ThrowsAsync<InvalidDataException>(() => Open(cipher[..length]));
    }

    [Fact]
    public async Task Chunks_in_another_order_or_with_more_behind_them_are_refused()
    {
        var cipher = await Encrypt(RandomNumberGenerator.GetBytes((2 * 16384) + 10));
        byte[] swapped = [.. cipher[..56], .. cipher[(56 + 16400)..(56 + 32800)], .. cipher[56..(56 + 16400)], .. cipher[(56 + 32800)..]];

        await Assert.ThrowsAsync<InvalidDataException>(() => Decrypt(swapped));
        await Assert.ThrowsAsync<InvalidDataException>(() => Open([.. cipher, 0]));
        await Assert.ThrowsAsync<InvalidDataException>(() => Open([.. cipher[..(56 + 16400)], .. cipher[(56 + 32800)..]]));
    }

    private static byte[] Inflate(string hex)
    {
        using var zlib = new ZLibStream(new MemoryStream(Convert.FromHexString(hex)), CompressionMode.Decompress);
        using var output = new MemoryStream();
        zlib.CopyTo(output);
        return output.ToArray();
    }

    private static async Task<byte[]> Encrypt(byte[] plain, byte[]? salt = null)
    {
        using var cipher = new MemoryStream();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var size = await Cobblestone.Encrypt(
            new MemoryStream(plain), cipher, Key, salt ?? RandomNumberGenerator.GetBytes(24), hash, TestContext.Current.CancellationToken);
        Assert.Equal(plain.Length, size);
        Assert.Equal(SHA256.HashData(plain), hash.GetHashAndReset());
        return cipher.ToArray();
    }

    private static Task<CobblestoneReader> Open(byte[] cipher, byte[]? key = null) =>
        CobblestoneReader.Open(new MemoryStream(cipher), key ?? Key, reason => new InvalidDataException(reason), TestContext.Current.CancellationToken);

    private static async Task<byte[]> Decrypt(byte[] cipher, byte[]? key = null)
    {
        await using var reader = await Open(cipher, key);
        using var output = new MemoryStream();
        await reader.CopyToAsync(output, TestContext.Current.CancellationToken);
        return output.ToArray();
    }
}
