using System.Globalization;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;

namespace Assay.Data.Datasets;

internal static class ShowVersion
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/versions/{version}", Handle).WithName("ShowDatasetVersion").Requires(DataPermissions.Read, resource: "name");

    private static Task<DatasetVersionDetail> Handle(string name, string version, IDatasets datasets, CancellationToken cancel) =>
        Find(datasets, name, version, cancel);

    /// <summary>The version that a route names by its number or as <c>latest</c>.</summary>
    public static async Task<DatasetVersionDetail> Find(IDatasets datasets, string name, string version, CancellationToken cancel)
    {
        int? number = null;
        if (version != "latest")
        {
            number = int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
                ? parsed
                : throw Refusal.Invalid("version", $"'{version}' is no version; use a number from 1 on, or latest.");
        }

        return await datasets.Find(name, number, cancel) ?? throw DatasetBook.NotFound(name, number);
    }
}
