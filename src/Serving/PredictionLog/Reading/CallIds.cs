using System.Buffers.Binary;

namespace Assay.Serving.PredictionLog.Reading;

/// <summary>Ids of calls: made here, or chosen by the caller.</summary>
internal static class CallIds
{
    private static readonly TimeSpan Around = TimeSpan.FromMinutes(5);

    /// <summary>Between which times the call began: an id that was made here tells when.</summary>
    public static (DateTimeOffset From, DateTimeOffset To) Within(string id) =>
        Guid.TryParse(id, out var made) && made.Version == 7 && Milliseconds(made) is > 0 and < 253_402_300_799_000 and var at
            ? (DateTimeOffset.FromUnixTimeMilliseconds(at) - Around, DateTimeOffset.FromUnixTimeMilliseconds(at) + Around)
            : (DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    private static long Milliseconds(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
    }
}
