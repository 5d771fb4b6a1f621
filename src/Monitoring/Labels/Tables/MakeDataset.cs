using Assay.Data;
using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Monitoring.Monitors;
using Assay.Serving;

namespace Assay.Monitoring.Labels.Tables;

/// <summary>Makes a version of a dataset out of an endpoint's labelled predictions: reads the log, so it takes the permission for that.</summary>
internal static class MakeDataset
{
    public static void Map(RouteGroupBuilder group) => group
        .MapPost("/{name}/labelled-datasets", Handle)
        .WithName("MakeLabelledDataset")
        .WithSummary("Makes the next version of a dataset out of labelled predictions: their inputs and their labels.")
        .Requires(ServingPermissions.PredictionsRead, resource: "name");

    private static Task<MadeDataset> Handle(
        string name, MakeDatasetRequest request, WatchedEndpoints watched, LabelTables tables, IAccess access, CancellationToken cancel)
    {
        var served = watched.Require(name);
        access.Demand(DataPermissions.Write, request.Dataset);
        return tables.Make(served, request, cancel);
    }
}
