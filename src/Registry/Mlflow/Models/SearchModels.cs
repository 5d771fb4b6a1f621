using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Mlflow.Search;
using Assay.Registry.Models;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Mlflow.Models;

/// <summary>Models by name and tags, page by page.</summary>
internal static class SearchModels
{
    private const int ResultsMax = 1000;
    private const int ResultsDefault = 100;

    private static readonly SearchGrammar Grammar = new(
        RegistrySearch.Tags,
        new Dictionary<string, string> { ["name"] = "name", ["timestamp"] = "updated", ["last_updated_timestamp"] = "updated", ["creation_timestamp"] = "created" },
        new HashSet<string> { "updated", "created" });

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("GET", "/registered-models/search", Handle, RegistryPermissions.Read);

    private static async Task Handle(MlflowCall call)
    {
        var size = RegistrySearch.Size(call.Fields, ResultsDefault, ResultsMax);
        var filter = FilterParser.Parse(call.Fields.Text("filter"), Grammar);
        var orders = RegistrySearch.Orders(call.Fields, Grammar);
        var offset = PageToken.Read(call.Fields.Text("page_token"));
        var db = call.Get<AssayDb>();
        var tags = db.ModelTags;
        var reach = call.Get<IAccess>().Reach(RegistryPermissions.Read);
        var rows = reach.Within(db.Models.AsNoTracking(), row => row.Name).Where(row => row.WithdrawnAt == null);
        foreach (var comparison in filter)
            rows = Where(rows, comparison, tags);
        if (!RegistrySearch.AsksForPrompts(filter))
            rows = rows.Where(row => !tags.Any(tag => tag.Model == row.Name && tag.Key == RegistrySearch.PromptTag && tag.Value == "true"));
        var found = await Order(rows, orders).Skip(offset).Take(size + 1).ToListAsync(call.Cancel);
        var views = await call.Get<RegistryView>().View([.. found.Take(size)], call.Cancel);
        await call.Answer(json =>
        {
            if (views.Count > 0)
            {
                json.WriteStartArray("registered_models");
                foreach (var view in views)
                {
                    json.WriteStartObject();
                    RegistryView.Write(json, view);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            if (found.Count > size)
                json.WriteString("next_page_token", PageToken.Of(offset + size));
        });
    }

    private static IQueryable<RegisteredModel> Where(IQueryable<RegisteredModel> rows, Comparison comparison, IQueryable<ModelTag> tags)
    {
        if (comparison.Entity == SearchEntity.Attribute)
        {
            return comparison.Key == "name"
                ? rows.Where(RegistrySearch.Text<RegisteredModel>(row => row.Name, comparison))
                : throw MlflowError.Invalid($"Invalid attribute name: {comparison.Key}");
        }

        if (RegistrySearch.IsAboutPrompts(comparison))
            return RegistrySearch.AsksForPrompts([comparison]) ? rows.Where(row => tags.Any(tag => tag.Model == row.Name && tag.Key == RegistrySearch.PromptTag && tag.Value == "true")) : rows;
        var matching = tags.Where(tag => tag.Key == comparison.Key).Where(RegistrySearch.Text<ModelTag>(tag => tag.Value, comparison));
        return rows.Where(row => matching.Any(tag => tag.Model == row.Name));
    }

    private static IQueryable<RegisteredModel> Order(IQueryable<RegisteredModel> rows, IReadOnlyList<Ordering> orders)
    {
        IOrderedQueryable<RegisteredModel>? ordered = null;
        foreach (var order in orders)
        {
            ordered = order.Key switch
            {
                "name" => rows.OrderAgain(ordered, row => row.Name, order.Descending),
                "created" => rows.OrderAgain(ordered, row => row.CreatedAt, order.Descending),
                _ => rows.OrderAgain(ordered, row => row.UpdatedAt, order.Descending),
            };
        }

        return rows.OrderAgain(ordered, row => row.Name, descending: false);
    }
}
