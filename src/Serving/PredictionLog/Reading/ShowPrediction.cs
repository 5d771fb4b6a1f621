using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;

namespace Assay.Serving.PredictionLog.Reading;

internal static class ShowPrediction
{
    private const int RowsMax = 1000;
    private static readonly TimeSpan Around = TimeSpan.FromMinutes(5);

    public static void Map(RouteGroupBuilder group) => group
        .MapGet("/{name}/predictions/{id}", Handle)
        .WithName("ShowPrediction")
        .WithSummary("One call with up to 1,000 rows. 'from' and 'to' spare looking through all files for an id that the caller chose.")
        .Requires(ServingPermissions.PredictionsRead, resource: "name");

    private static async Task<LoggedPrediction> Handle(
        string name, string id, DateTimeOffset? from, DateTimeOffset? to, LogReader reader, ReadingRecord record, CancellationToken cancel)
    {
        var (first, last) = Within(id);
        var when = (from?.ToUniversalTime() ?? first, to?.ToUniversalTime() ?? last);
        var call = await reader.Find(name, id, when, RowsMax, cancel)
            ?? throw Refusal.NotFound("logged call", id);
        await record.Read(name, cancel);
        return call;
    }

    // An id that was made here tells when.
    private static (DateTimeOffset From, DateTimeOffset To) Within(string id) =>
        Guid.TryParse(id, out var made) && made.Version == 7 && Milliseconds(made) is > 0 and < 253_402_300_799_000 and var at
            ? (DateTimeOffset.FromUnixTimeMilliseconds(at) - Around, DateTimeOffset.FromUnixTimeMilliseconds(at) + Around)
            : (DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    private static long Milliseconds(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return (long)(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
    }
}
