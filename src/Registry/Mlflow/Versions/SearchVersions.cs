using Assay.Registry.Mlflow.Search;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Assay.Tracking.Store;

namespace Assay.Registry.Mlflow.Versions;

/// <summary>Versions of all models, page by page; the last changed first unless another order is asked for.</summary>
internal static class SearchVersions
{
    private const int ResultsMax = 200_000;

    private static readonly SearchGrammar Grammar = new(
        RegistrySearch.Tags,
        new Dictionary<string, string>
        {
            ["name"] = "name",
            ["run_id"] = "run_id",
            ["source_path"] = "source",
            ["version_number"] = "version",
            ["creation_timestamp"] = "created_at",
            ["last_updated_timestamp"] = "updated_at",
        },
        new HashSet<string> { "version", "created_at", "updated_at" })
    { Listed = new HashSet<string> { "run_id" }, Unordered = new HashSet<string> { "run_id", "source" } };

    private static readonly SearchedTable Table = new(
        "registry_versions",
        VersionRow.Columns,
        "r.model",
        "registry_version_tags t WHERE t.project = r.project AND t.model = r.model AND t.version = r.version",
        new HashSet<string> { "name", "run_id", "source", "version" },
        sql => $"{sql.Text("r.model")}, r.version DESC");

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("GET", "/model-versions/search", Handle, RegistryPermissions.Read);

    public static Task Handle(MlflowCall call)
    {
        var query = RegistryQuery.Of(call, Grammar, ResultsMax, ResultsMax);
        if (query.Order.Count == 0)
            query = query with { Order = [new(SearchEntity.Attribute, "updated_at", true)] };
        var (found, more) = call.Get<Sessions>().Read(session => Search(session, query));
        return call.Answer(json =>
        {
            RegistryJson.WriteVersions(json, "model_versions"u8, found);
            if (more)
                json.WriteString("next_page_token"u8, PageToken.Of(query.Offset + query.Size));
        });
    }

    private static (List<VersionRow> Found, bool More) Search(Session session, RegistryQuery query)
    {
        var (found, more) = (new List<VersionRow>(), false);
        using (var rows = RegistrySearch.Find(session, Table, query))
        {
            while (rows.Next() && !(more = found.Count == query.Size))
                found.Add(VersionRow.Read(rows));
        }

        RegistryReader.Complete(session, query.Project, found);
        return (found, more);
    }
}
