using System.ComponentModel.DataAnnotations;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Views;

/// <summary>A view of an experiment's runs.</summary>
/// <param name="Name">Its owner's name for it.</param>
/// <param name="Query">Filter, order and columns, as the query of the page's address; empty for the page as it is.</param>
public sealed record RunTableView(string Name, string Query);

/// <summary>What a view shows.</summary>
/// <param name="Query">Filter, order and columns, as the query of the page's address, beginning with a question mark; empty for the page as it is. At most 4,000 characters.</param>
public sealed record SaveViewRequest(
    [Required(AllowEmptyStrings = true), RegularExpression(@"^(\?.*)?$", ErrorMessage = "A view is the query of an address: it begins with '?', or is empty."), StringLength(SavedView.QueryLengthMax)] string Query);

/// <summary>Views that the caller keeps of an experiment's runs. They are theirs alone: whoever gets the address sees the same.</summary>
internal static class ViewRoutes
{
    private const int ViewsMax = 100;

    public static void Map(RouteGroupBuilder experiments)
    {
        experiments.MapGet("/{id}/views", List).WithName("ListViews").Requires(TrackingPermissions.Read, resource: "id");
        experiments.MapPut("/{id}/views/{name}", Save).WithName("SaveView").Requires(TrackingPermissions.Read, resource: "id");
        experiments.MapDelete("/{id}/views/{name}", Forget).WithName("DeleteView").Requires(TrackingPermissions.Read, resource: "id");
    }

    private static async Task<IReadOnlyList<RunTableView>> List(string id, AssayDb db, Caller caller, CancellationToken cancel)
    {
        await DemandExperiment(db, id, cancel);
        return await Own(db, id, caller).OrderBy(view => view.Name).Select(view => new RunTableView(view.Name, view.Query)).ToListAsync(cancel);
    }

    private static async Task<RunTableView> Save(string id, string name, SaveViewRequest request, AssayDb db, Caller caller, CancellationToken cancel)
    {
        await DemandExperiment(db, id, cancel);
        if (name.Trim().Length == 0 || name.Length > SavedView.NameLengthMax)
            throw Refusal.Invalid("name", $"A view's name has 1 to {SavedView.NameLengthMax} characters.");
        if (await Own(db, id, caller).SingleOrDefaultAsync(view => view.Name == name, cancel) is { } kept)
        {
            kept.Query = request.Query;
        }
        else
        {
            if (await Own(db, id, caller).CountAsync(cancel) >= ViewsMax)
                throw Refusal.Conflict($"You keep {ViewsMax} views of this experiment: forget one first.");
            db.Set<SavedView>().Add(new() { Owner = OwnerOf(caller), ExperimentId = id, Name = name, Query = request.Query });
        }

        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException) when (Own(db, id, caller).AsNoTracking().Any(view => view.Name == name))
        {
            // The same reader saved it in another window at the same moment.
        }

        return new(name, request.Query);
    }

    private static async Task<NoContent> Forget(string id, string name, AssayDb db, Caller caller, CancellationToken cancel)
    {
        if (await Own(db, id, caller).Where(view => view.Name == name).ExecuteDeleteAsync(cancel) == 0)
            throw Refusal.NotFound("view", name);
        return TypedResults.NoContent();
    }

    private static IQueryable<SavedView> Own(AssayDb db, string experiment, Caller caller)
    {
        var owner = OwnerOf(caller);
        return db.Set<SavedView>().Where(view => view.Owner == owner && view.ExperimentId == experiment);
    }

    // A token that belongs to no account keeps its own.
    private static string OwnerOf(Caller caller) => caller.Principal ?? caller.Id;

    private static async Task DemandExperiment(AssayDb db, string id, CancellationToken cancel)
    {
        if (id != Experiment.DefaultId && !await db.Experiments.AnyAsync(row => row.Id == id, cancel))
            throw Refusal.NotFound("experiment", id);
    }
}
