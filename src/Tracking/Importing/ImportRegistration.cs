namespace Assay.Tracking.Importing;

/// <summary>Joins the import of runs to a host.</summary>
internal static class ImportRegistration
{
    public static IServiceCollection AddImporting(this IServiceCollection services) => services
        .AddScoped<ImportBook>()
        .AddScoped<ExperimentImport>()
        .AddScoped<RunImport>()
        .AddScoped<ImportEnd>();

    public static void MapImporting(this RouteGroupBuilder runs, RouteGroupBuilder experiments)
    {
        ImportExperiment.Map(experiments);
        ImportRun.Map(runs);
        ImportPoints.Map(runs);
        FinishImport.Map(runs);
        ImportScorer.Map(experiments);
    }
}
