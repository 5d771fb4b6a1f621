using Assay.Tracking.Search;

namespace Assay.Tracking.Runs;

/// <summary>What is sought.</summary>
/// <param name="View">One of <see cref="Mlflow.ViewTypes"/>.</param>
internal sealed record RunQuery(
    IReadOnlyList<string> Experiments, int View, IReadOnlyList<Comparison> Filter, IReadOnlyList<Ordering> Order, int Size, int Offset);

/// <summary>What may stand in filters and orderings of runs.</summary>
internal static class RunGrammar
{
    public static readonly SearchGrammar Grammar = new(
        new Dictionary<string, SearchEntity>
        {
            ["metric"] = SearchEntity.Metric,
            ["metrics"] = SearchEntity.Metric,
            ["parameter"] = SearchEntity.Param,
            ["parameters"] = SearchEntity.Param,
            ["param"] = SearchEntity.Param,
            ["params"] = SearchEntity.Param,
            ["tag"] = SearchEntity.Tag,
            ["tags"] = SearchEntity.Tag,
            ["attribute"] = SearchEntity.Attribute,
            ["attributes"] = SearchEntity.Attribute,
            ["attr"] = SearchEntity.Attribute,
            ["run"] = SearchEntity.Attribute,
            ["dataset"] = SearchEntity.Dataset,
            ["datasets"] = SearchEntity.Dataset,
        },
        new Dictionary<string, string>
        {
            ["run_id"] = "id",
            ["run_name"] = "name",
            ["run name"] = "name",
            ["Run name"] = "name",
            ["Run Name"] = "name",
            ["user_id"] = "user_id",
            ["status"] = "status",
            ["artifact_uri"] = "artifact_uri",
            ["start_time"] = "started_at",
            ["created"] = "started_at",
            ["Created"] = "started_at",
            ["end_time"] = "ended_at",
        },
        new HashSet<string> { "started_at", "ended_at" })
    {
        Listed = new HashSet<string> { "id" },
    };
}
