using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Assay.Inference.Predictions;

/// <summary>
/// Ids of the form of a UUID of version 7, in 32 letters: when in milliseconds, and 74 random bits. The same as
/// <see cref="Guid.CreateVersion7()"/> makes, which asks the operating system for random bits each time; here they are
/// fetched for a hundred ids at once.
/// </summary>
internal static class TimedIds
{
    private const int RandomBytes = 10;
    private const int Fetched = 100 * RandomBytes;

    [ThreadStatic]
    private static byte[]? _random;

    [ThreadStatic]
    private static int _left;

    public static string Next()
    {
        var random = _random ??= new byte[Fetched];
        if (_left == 0)
        {
            RandomNumberGenerator.Fill(random);
            _left = Fetched;
        }

        _left -= RandomBytes;
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() << 16);
        random.AsSpan(_left, RandomBytes).CopyTo(id[6..]);
        id[6] = (byte)(0x70 | (id[6] & 0x0F));
        id[8] = (byte)(0x80 | (id[8] & 0x3F));
        return Convert.ToHexStringLower(id);
    }
}
