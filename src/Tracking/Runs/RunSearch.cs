using Assay.Tracking.Search;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>The metric whose index a search is read by.</summary>
/// <param name="Key">Name of the metric.</param>
internal sealed record MetricLead(string Key)
{
    /// <summary>Whether it is read in the search's order, in which NaN comes elsewhere than in the index.</summary>
    public bool OnlyNumbers { get; init; }

    /// <summary>Where reading ends at the latest; null when it goes to the end.</summary>
    public double? Bound { get; init; }

    /// <summary>Whether it is read from the greatest on.</summary>
    public bool Descending { get; init; }
}

/// <summary>
/// Finds the cheapest way to a page among very many runs of an experiment: by the values of a metric that the filter leaves
/// few of; or in the order of the first metric that is ordered by, until the page is full; or else through all runs.
/// </summary>
internal static class RunSearch
{
    // So many runs are read, completed and sorted in some milliseconds.
    private const int FewMax = 5_000;

    // So many values are read in the hope of a full page before all runs are.
    private const long TriesMax = 20_000;

    private static readonly Statement BoundUp = new(
        "SELECT m.value FROM tracking_latest_metrics m WHERE m.experiment_key = @p0 AND m.key = @p1 AND m.value IS NOT NULL ORDER BY m.value LIMIT 1 OFFSET @p2");

    private static readonly Statement BoundDown = new(
        "SELECT m.value FROM tracking_latest_metrics m WHERE m.experiment_key = @p0 AND m.key = @p1 AND m.value IS NOT NULL ORDER BY m.value DESC LIMIT 1 OFFSET @p2");

    /// <summary>The runs alone, in order; one more than the query's size says that there are others.</summary>
    public static List<RunRow> Find(Session session, RunQuery query, List<long> experiments)
    {
        if (experiments.Count == 1)
        {
            var ordered = query.Order is [{ Entity: SearchEntity.Metric, Key: var key }, ..] ? key : null;
            if (query.Filter.FirstOrDefault(one => IsRange(one) && one.Key != ordered && IsFew(session, experiments[0], one)) is { } few)
                return Read(session, query, experiments, new(few.Key));

            // Where the filter bounds what is ordered by, it leaves none of the runs that come after all numbers.
            if (ordered is not null && query.Filter.Any(one => IsRange(one) && one.Key == ordered))
                return Read(session, query, experiments, new(ordered));
            if (ordered is not null && InOrder(session, query, experiments, query.Order[0]) is { } found)
                return found;
        }

        return Read(session, query, experiments, query.Order is [{ Entity: SearchEntity.Metric }, ..] ? LeadOf(query, experiments) : null);
    }

    /// <summary>How many runs of an experiment are found, at most so many.</summary>
    public static int Count(Session session, RunQuery query, long experiment, int max)
    {
        var sql = RunSearchSql.CountOf(query, [experiment], session.IsPostgres, LeadOf(query, [experiment]), max);
        return (int)(long)session.With(sql.From.ToString(), sql.Values).ExecuteScalar()!;
    }

    // Where all that is found must be read, at least what the filter leaves of one metric.
    private static MetricLead? LeadOf(RunQuery query, List<long> experiments) =>
        experiments.Count == 1 && query.Filter.FirstOrDefault(IsRange) is { } range ? new(range.Key) : null;

    // Null when the page is not full: runs without the metric, or with NaN, may belong to it.
    private static List<RunRow>? InOrder(Session session, RunQuery query, List<long> experiments, Ordering order)
    {
        var tries = Math.Max(TriesMax, 4L * (query.Offset + query.Size));
        var lead = new MetricLead(order.Key)
        {
            OnlyNumbers = true,
            Descending = order.Descending,
            Bound = session.With(order.Descending ? BoundDown : BoundUp, experiments[0], order.Key, tries).ExecuteScalar() as double?,
        };
        var found = Read(session, query, experiments, lead);
        return found.Count > query.Size ? found : null;
    }

    // != also finds NaN, and nearly all.
    private static bool IsRange(Comparison one) => one.Entity == SearchEntity.Metric && one.Operator != "!=";

    private static bool IsFew(Session session, long experiment, Comparison one)
    {
        var sql = new SearchSql(session.IsPostgres);
        sql.And($"m.experiment_key = {sql.Value(experiment)} AND m.key = {sql.Value(one.Key)} AND {sql.Compare("m.value", one)}");
        return (long)session.With(
            $"SELECT count(*) FROM (SELECT 1 FROM tracking_latest_metrics m WHERE {sql.Where} LIMIT {sql.Value(FewMax + 1L)}) few", sql.Values).ExecuteScalar()! <= FewMax;
    }

    private static List<RunRow> Read(Session session, RunQuery query, List<long> experiments, MetricLead? lead)
    {
        var sql = RunSearchSql.Of(query, experiments, session.IsPostgres, lead);
        var found = new List<RunRow>();
        using var rows = session.Read(sql);
        while (rows.Next())
            found.Add(RunRow.Read(rows));
        return found;
    }
}
