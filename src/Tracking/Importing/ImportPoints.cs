using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking.Importing;

/// <summary>Adds points to a run that is being imported. Those that are there already stay as they are.</summary>
internal static class ImportPoints
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/import/points", Handle).WithName("ImportPoints").RequiresOnAny(TrackingPermissions.Write);

    private static async Task Handle(
        string id, ImportPointsRequest request, ImportBook book, GroupWriter writer, ExperimentScope scope, CancellationToken cancel)
    {
        if (request.Points.Select(point => point.Key).Distinct(StringComparer.Ordinal).FirstOrDefault(key => !Names.IsSound(key)) is { } wrong)
            throw Refusal.Invalid("points", $"'{wrong[..Math.Min(wrong.Length, Names.LengthMax)]}' is no name of a metric: 1 to {Names.LengthMax} letters, digits, spaces or _ - . : /, written as a relative path.");
        await book.Find(id, cancel);
        var points = request.Points.Select(point => new LoggedPoint(point.Key, point.Value ?? double.NaN, point.AtMilliseconds, point.Step)).ToList();
        await writer.Write(session =>
        {
            MetricWrites.Add(session, RunWrites.FindToChange(session, scope, id), points);
            return true;
        });
    }
}
