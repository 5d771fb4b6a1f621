using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Runs of some experiments by metrics, parameters, tags, attributes and datasets, page by page.</summary>
internal static class SearchRuns
{
    private const int ResultsDefault = 1000;
    private const int ResultsMax = 50_000;

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/runs/search", Handle, TrackingPermissions.Read);

    public static Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var size = fields.Integer("max_results") ?? ResultsDefault;
        if (size is < 1 or > ResultsMax)
            throw MlflowError.Value("max_results", fields.Shown("max_results"), $"It must be at least 1 and at most {ResultsMax}.");
        var query = new RunQuery(
            fields.Texts("experiment_ids"),
            fields.Choice("run_view_type", ViewTypes.Names) ?? ViewTypes.ActiveOnly,
            FilterParser.Parse(fields.Text("filter"), RunGrammar.Grammar),
            FilterParser.ParseOrders(fields.Texts("order_by"), RunGrammar.Grammar),
            (int)size,
            PageToken.Read(fields.Text("page_token")));
        var scope = call.Scope;
        var found = call.Get<Sessions>().Read(session => Search(session, scope, query));
        return call.Answer(json =>
        {
            if (found.Count > 0)
            {
                json.WriteStartArray("runs"u8);
                foreach (var run in found.Take(query.Size))
                {
                    json.WriteStartObject();
                    RunJson.Write(json, run);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            if (found.Count > query.Size)
                json.WriteString("next_page_token"u8, PageToken.Of(query.Offset + query.Size));
        });
    }

    /// <summary>The runs that are sought, with all that belongs to them; one more than the size says that there are others.</summary>
    public static List<RunRow> Search(Session session, ExperimentScope scope, RunQuery query)
    {
        var experiments = scope.KeysOf(session, query.Experiments);
        if (experiments.Count == 0)
            return [];
        var found = RunSearch.Find(session, query, experiments);
        RunReader.Complete(session, found.Count > query.Size ? found[..query.Size] : found);
        return found;
    }
}
