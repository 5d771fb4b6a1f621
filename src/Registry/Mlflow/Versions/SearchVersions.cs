using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Mlflow.Search;
using Assay.Registry.Versions;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Microsoft.EntityFrameworkCore;

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
            ["creation_timestamp"] = "created",
            ["last_updated_timestamp"] = "updated",
        },
        new HashSet<string> { "version", "created", "updated" })
    { Listed = new HashSet<string> { "run_id" }, Unordered = new HashSet<string> { "run_id", "source" } };

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("GET", "/model-versions/search", Handle, RegistryPermissions.Read);

    private static async Task Handle(MlflowCall call)
    {
        var size = RegistrySearch.Size(call.Fields, ResultsMax, ResultsMax);
        var filter = FilterParser.Parse(call.Fields.Text("filter"), Grammar);
        var orders = RegistrySearch.Orders(call.Fields, Grammar);
        var offset = PageToken.Read(call.Fields.Text("page_token"));
        var db = call.Get<AssayDb>();
        var tags = db.VersionTags;
        var reach = call.Get<IAccess>().Reach(RegistryPermissions.Read);
        var rows = reach.Within(db.ModelVersions.AsNoTracking(), row => row.Model).Where(row => row.WithdrawnAt == null);
        foreach (var comparison in filter)
            rows = Where(rows, comparison, tags);
        if (!RegistrySearch.AsksForPrompts(filter))
            rows = rows.Where(row => !tags.Any(tag => tag.Model == row.Model && tag.Key == RegistrySearch.PromptTag && tag.Value == "true"));
        var found = await RegistryView.Facts(Order(rows, orders).Skip(offset).Take(size + 1)).ToListAsync(call.Cancel);
        var views = await call.Get<RegistryView>().View(found.Count > size ? found[..size] : found, call.Cancel);
        await call.Answer(json =>
        {
            RegistryView.WriteVersions(json, "model_versions", views);
            if (found.Count > size)
                json.WriteString("next_page_token", PageToken.Of(offset + size));
        });
    }

    private static IQueryable<ModelVersion> Where(IQueryable<ModelVersion> rows, Comparison comparison, IQueryable<VersionTag> tags)
    {
        if (comparison.Entity == SearchEntity.Attribute)
        {
            return comparison.Key switch
            {
                "name" => rows.Where(RegistrySearch.Text<ModelVersion>(row => row.Model, comparison)),
                "run_id" => rows.Where(RegistrySearch.Text<ModelVersion>(row => row.RunId, comparison)),
                "source" => rows.Where(RegistrySearch.Text<ModelVersion>(row => row.Source, comparison)),
                "version" => rows.Where(RegistrySearch.Number<ModelVersion>(row => row.Version, comparison)),
                _ => throw MlflowError.Invalid($"Invalid attribute name: {comparison.Key}"),
            };
        }

        if (RegistrySearch.IsAboutPrompts(comparison))
            return RegistrySearch.AsksForPrompts([comparison]) ? rows.Where(row => tags.Any(tag => tag.Model == row.Model && tag.Version == row.Version && tag.Key == RegistrySearch.PromptTag && tag.Value == "true")) : rows;
        var matching = tags.Where(tag => tag.Key == comparison.Key).Where(RegistrySearch.Text<VersionTag>(tag => tag.Value, comparison));
        return rows.Where(row => matching.Any(tag => tag.Model == row.Model && tag.Version == row.Version));
    }

    private static IQueryable<ModelVersion> Order(IQueryable<ModelVersion> rows, IReadOnlyList<Ordering> orders)
    {
        IOrderedQueryable<ModelVersion>? ordered = null;
        foreach (var order in orders.Count > 0 ? orders : [new(SearchEntity.Attribute, "updated", true)])
        {
            ordered = order.Key switch
            {
                "name" => rows.OrderAgain(ordered, row => row.Model, order.Descending),
                "version" => rows.OrderAgain(ordered, row => row.Version, order.Descending),
                "created" => rows.OrderAgain(ordered, row => row.CreatedAt, order.Descending),
                _ => rows.OrderAgain(ordered, row => row.UpdatedAt, order.Descending),
            };
        }

        ordered = rows.OrderAgain(ordered, row => row.Model, descending: false);
        return rows.OrderAgain(ordered, row => row.Version, descending: true);
    }
}
