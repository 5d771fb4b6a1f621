namespace Assay.Tracking.EvaluationSets;

/// <summary>Evaluation datasets of version 3 of MLflow's API.</summary>
internal static class SetRoutes
{
    public static void Map(IEndpointRouteBuilder group)
    {
        CreateSet.Map(group);
        SearchSets.Map(group);
        SetOperations.Map(group);
        SetTags.Map(group);
        SetExperiments.Map(group);
        SetRecords.Map(group);
    }
}
