using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;

namespace Assay.Serving.PredictionLog.Reading;

internal static class ShowPrediction
{
    private const int RowsMax = 1000;

    public static void Map(RouteGroupBuilder group) => group
        .MapGet("/{name}/predictions/{id}", Handle)
        .WithName("ShowPrediction")
        .WithSummary("One call with up to 1,000 rows. 'from' and 'to' spare looking through all files for an id that the caller chose.")
        .Requires(ServingPermissions.PredictionsRead, resource: "name");

    private static async Task<LoggedPrediction> Handle(
        string name, string id, DateTimeOffset? from, DateTimeOffset? to, LogReader reader, ReadingRecord record, CancellationToken cancel)
    {
        var (first, last) = CallIds.Within(id);
        var when = (from?.ToUniversalTime() ?? first, to?.ToUniversalTime() ?? last);
        var call = await reader.Find(name, id, when, RowsMax, cancel)
            ?? throw Refusal.NotFound("logged call", id);
        await record.Read(name, cancel);
        return call;
    }
}
