using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces.Search;

/// <summary>How many traces match two filters and how many both, and so whether the one goes with the other: normalized pointwise mutual information.</summary>
internal static class CorrelateFilters
{
    /// <summary>Jeffreys' prior, which steadies the measure of few traces.</summary>
    private const double Prior = 0.5;

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/traces/calculate-filter-correlation", Handle, TrackingPermissions.Read);

    private static Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var ids = fields.Texts("experiment_ids");
        if (ids.Count == 0)
            throw MlflowError.Missing("experiment_ids");
        var (first, second) = (Filter(fields.RequiredText("filter_string1")), Filter(fields.RequiredText("filter_string2")));
        var (all, scope) = (Filter(fields.Text("base_filter")), call.Scope);
        var counts = TraceSearchSql.Read(call.Get<Sessions>(), session =>
        {
            var experiments = SearchTraces.ExperimentsOf(session, scope, ids);
            return experiments.Count == 0 ? default : Read(session, TraceSearchSql.Counts((all, first, second), experiments, session.IsPostgres));
        });
        var isDefined = counts is { First: > 0, Second: > 0 };
        return call.Answer(json =>
        {
            json.WriteDouble("npmi"u8, !isDefined ? double.NaN : counts.Both == 0 ? -1 : Npmi(counts, 0));
            json.WriteDouble("npmi_smoothed"u8, isDefined ? Npmi(counts, Prior) : double.NaN);
            json.WriteNumber("filter1_count"u8, counts.First);
            json.WriteNumber("filter2_count"u8, counts.Second);
            json.WriteNumber("joint_count"u8, counts.Both);
            json.WriteNumber("total_count"u8, counts.All);
        });
    }

    private static IReadOnlyList<Comparison> Filter(string? text) => FilterParser.Parse(text, TraceGrammar.Grammar);

    private static Counted Read(Session session, SearchSql sql)
    {
        using var reader = session.With(sql.From.ToString(), sql.Values).ExecuteReader();
        reader.Read();
        return new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
    }

    /// <summary>From -1, never together, by 0, as chance has it, to 1, always together.</summary>
    /// <param name="counts">Of both filters at least one.</param>
    /// <param name="prior">What is added to each of the four cells.</param>
    private static double Npmi(Counted counts, double prior)
    {
        var (both, all) = (counts.Both + prior, counts.All + (4 * prior));
        var (first, second) = (counts.First + (2 * prior), counts.Second + (2 * prior));
        return both >= all ? 1 : Math.Clamp(Math.Log(both * all / (first * second)) / -Math.Log(both / all), -1, 1);
    }

    private readonly record struct Counted(long All, long First, long Second, long Both);
}
