using Assay.Data.Datasets;
using Assay.Data.Lineage;
using Assay.Kernel;
using Assay.Kernel.Blobs;

namespace Assay.Data;

/// <summary>Datasets: their immutable versions, profiles, rules and checks.</summary>
public static class DataModule
{
    public static IServiceCollection AddData(this IServiceCollection services)
    {
        services.AddOptions<DataOptions>().BindConfiguration("Data").ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton(new ModuleTables(typeof(DataModule).Assembly))
            .AddSingleton<IBlobNames, DatasetBlobs>()
            .AddSingleton<Inspector>()
            .AddSingleton<DatasetStores>()
            .AddSingleton<ParquetHead>()
            .AddSingleton<SampleRows>()
            .AddScoped<DatasetBook>()
            .AddScoped<ILineageSource, LineageOfDatasets>()
            .AddScoped<LineageWalk>()
            .AddScoped<IDatasets>(provider => provider.GetRequiredService<DatasetBook>())
            .AddValidation();
    }

    public static IEndpointRouteBuilder MapData(this IEndpointRouteBuilder routes)
    {
        var datasets = routes.MapGroup("/api/v1/datasets").WithTags("Data");
        AddVersion.Map(datasets);
        ListDatasets.Map(datasets);
        ListVersions.Map(datasets);
        ShowVersion.Map(datasets);
        PreviewRows.Map(datasets);
        DownloadVersion.Map(datasets);
        ListRules.Map(datasets);
        ShowLineage.Map(routes);
        return routes;
    }
}
