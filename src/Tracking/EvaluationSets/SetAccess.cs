using Assay.Tracking.Experiments;
using Assay.Tracking.Search;

namespace Assay.Tracking.EvaluationSets;

/// <summary>Who may use an evaluation set: who may use every experiment that it is used in. One that is used in none is the project's.</summary>
internal static class SetAccess
{
    /// <exception cref="Kernel.Refusals.Refusal">403.</exception>
    public static void Demand(ExperimentScope scope, SetRow set)
    {
        foreach (var experiment in set.Experiments)
            scope.Demand(experiment);
        if (set.Experiments.Count == 0 && !scope.Reach.IsAll)
            scope.Demand("");
    }

    /// <summary>Keeps a search to the sets that the caller may use.</summary>
    public static void Limit(ExperimentScope scope, SearchSql sql)
    {
        if (scope.Reach.IsEverything)
            return;
        var names = string.Join(", ", scope.Reach.Names.Select(name => sql.Value(name)));
        const string links = "SELECT 1 FROM tracking_evaluation_experiments l WHERE l.set_key = r.key";
        sql.And(scope.Reach.IsAll
            ? $"NOT EXISTS ({links} AND l.experiment_id IN ({names}))"
            : scope.Reach.Names.Count == 0 ? "1 = 0" : $"EXISTS ({links}) AND NOT EXISTS ({links} AND l.experiment_id NOT IN ({names}))");
    }
}
