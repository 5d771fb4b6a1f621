using Assay.Tracking.Mlflow;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking.Metrics;

/// <summary>All points of one metric of a run, page by page when a size is given.</summary>
internal static class GetHistory
{
    private const long WithoutSizeMax = 1_000_000;

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("GET", "/metrics/get-history", Handle, TrackingPermissions.Read);

    private static async Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var (id, scope) = (fields.RunId(), call.Scope);
        var key = fields.RequiredText("metric_key");
        var asked = fields.Integer("max_results") ?? 0;
        if (asked < 0)
            throw MlflowError.Value("max_results", fields.Shown("max_results"), "It must not be negative.");

        // Absent and 0 mean all, up to what fits into one answer; past that there is a token.
        var size = asked == 0 ? WithoutSizeMax : Math.Min(asked, WithoutSizeMax);
        var offset = PageToken.Read(fields.Text("page_token"));
        using var points = call.Get<Sessions>().Read(session => HistoryReader.Read(session, RunReader.Find(session, scope, id).Key, key, size + 1, offset));
        if (points.Count == 0)
            await call.Answer();
        else
            await HistoryJson.Answer(call, key, points, (int)Math.Min(size, points.Count), points.Count > size ? PageToken.Of(offset + size) : null);
    }
}
