using Assay.Registry.Mlflow.Search;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Assay.Tracking.Store;

namespace Assay.Registry.Mlflow.Models;

/// <summary>Models by name and tags, page by page.</summary>
internal static class SearchModels
{
    private const int ResultsMax = 1000;
    private const int ResultsDefault = 100;

    private static readonly SearchGrammar Grammar = new(
        RegistrySearch.Tags,
        new Dictionary<string, string> { ["name"] = "name", ["timestamp"] = "updated_at", ["last_updated_timestamp"] = "updated_at", ["creation_timestamp"] = "created_at" },
        new HashSet<string> { "updated_at", "created_at" });

    private static readonly SearchedTable Table = new(
        "registry_models",
        RegisteredModelRow.Columns,
        "r.name",
        "registry_model_tags t WHERE t.project = r.project AND t.model = r.name",
        new HashSet<string> { "name" },
        sql => sql.Text("r.name"));

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("GET", "/registered-models/search", Handle, RegistryPermissions.Read);

    private static Task Handle(MlflowCall call)
    {
        var query = RegistryQuery.Of(call, Grammar, ResultsDefault, ResultsMax);
        var (found, more) = call.Get<Sessions>().Read(session => Search(session, query));
        return call.Answer(json =>
        {
            if (found.Count > 0)
            {
                json.WriteStartArray("registered_models"u8);
                foreach (var model in found)
                {
                    json.WriteStartObject();
                    RegistryJson.Write(json, model);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            if (more)
                json.WriteString("next_page_token"u8, PageToken.Of(query.Offset + query.Size));
        });
    }

    private static (List<RegisteredModelRow> Found, bool More) Search(Session session, RegistryQuery query)
    {
        var (found, more) = (new List<RegisteredModelRow>(), false);
        using (var rows = RegistrySearch.Find(session, Table, query))
        {
            while (rows.Next() && !(more = found.Count == query.Size))
                found.Add(RegisteredModelRow.Read(rows));
        }

        RegistryReader.Complete(session, query.Project, found);
        return (found, more);
    }
}
