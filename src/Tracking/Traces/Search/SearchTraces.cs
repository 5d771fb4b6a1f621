using System.Text.Json;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces.Search;

/// <summary>Traces of some experiments by attributes, tags, metadata, spans and assessments, page by page; the newest first unless another order is asked for.</summary>
internal static class SearchTraces
{
    private const int ResultsDefault = 100;
    private const int ResultsMax = 500;
    private const int ExperimentsMax = 1000;

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/traces/search", Handle, TrackingPermissions.Read);

    public static void MapOld(IEndpointRouteBuilder group) => group.MapOperationOnAny("GET", "/traces", HandleOld, TrackingPermissions.Read);

    private static Task Handle(MlflowCall call)
    {
        var query = Read(call);
        if (!call.Fields.Has("locations"))
            throw MlflowError.Missing("locations");
        var ids = call.Fields.List("locations").Select(item => TraceLocations.ExperimentOf(item)).ToList();
        return Answer(call, query, ids, TraceJson.WriteInfo);
    }

    private static Task HandleOld(MlflowCall call)
    {
        var (query, ids) = (Read(call), call.Fields.Texts("experiment_ids"));
        return ids.Count > 0 ? Answer(call, query, ids, TraceJson.WriteOldInfo) : throw MlflowError.Missing("experiment_ids");
    }

    /// <summary>The keys of those of the experiments that this project has and the caller may read.</summary>
    public static List<long> ExperimentsOf(Session session, ExperimentScope scope, IEnumerable<string> ids)
    {
        var keys = scope.KeysOf(session, ids);
        return keys.Count <= ExperimentsMax ? keys : throw MlflowError.Invalid($"A search names at most {ExperimentsMax} experiments.");
    }

    private static TraceQuery Read(MlflowCall call)
    {
        var fields = call.Fields;
        var size = fields.Integer("max_results") ?? ResultsDefault;
        if (size is < 1 or > ResultsMax)
            throw MlflowError.Value("max_results", fields.Shown("max_results").Trim('"'), $"It must be a positive integer, and at most {ResultsMax}.");
        return new(
            FilterParser.Parse(fields.Text("filter"), TraceGrammar.Grammar),
            [.. fields.Texts("order_by").Select(text => FilterParser.ParseOrder(text, TraceGrammar.Grammar))],
            (int)size,
            PageToken.Read(fields.Text("page_token")));
    }

    private static Task Answer(MlflowCall call, TraceQuery query, IReadOnlyList<string> experiments, Action<Utf8JsonWriter, TraceRow> write)
    {
        var scope = call.Scope;
        var found = TraceSearchSql.Read(call.Get<Sessions>(), session => Search(session, scope, query, experiments));
        return call.Answer(json =>
        {
            if (found.Count > 0)
            {
                json.WriteStartArray("traces"u8);
                foreach (var trace in found.Take(query.Size))
                {
                    json.WriteStartObject();
                    write(json, trace);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            if (found.Count > query.Size)
                json.WriteString("next_page_token"u8, PageToken.Of(query.Offset + query.Size));
        });
    }

    /// <summary>The traces that are sought, with all that belongs to them but their spans; one more than the size says that there are others.</summary>
    public static List<TraceRow> Search(Session session, ExperimentScope scope, TraceQuery query, IReadOnlyList<string> ids)
    {
        var found = new List<TraceRow>();
        var experiments = ExperimentsOf(session, scope, ids);
        if (experiments.Count == 0)
            return found;
        var sql = TraceSearchSql.Page(query, experiments, session.IsPostgres);
        using (var reader = session.With(sql.From.ToString(), sql.Values).ExecuteReader())
        {
            while (reader.Read())
                found.Add(TraceRow.Read(reader));
        }

        TraceReader.Complete(session, found.Count > query.Size ? found[..query.Size] : found);
        return found;
    }
}
