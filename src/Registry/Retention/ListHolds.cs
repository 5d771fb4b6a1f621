using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Retention;

/// <summary>Holds of the project or of one model, newest first, released ones too.</summary>
internal static class ListHolds
{
    public static void Map(RouteGroupBuilder models, IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/holds", OfProject).WithTags("Registry").WithName("ListHolds").Requires(RegistryPermissions.Read);
        models.MapGet("/{name}/holds", OfModel).WithName("ListHoldsOfModel").Requires(RegistryPermissions.Read, resource: "name");
    }

    private static Task<Page<LegalHoldSummary>> OfProject([AsParameters] PageRequest page, AssayDb db, HoldBook book, CancellationToken cancel) =>
        List(db.LegalHolds, page, book, cancel);

    private static Task<Page<LegalHoldSummary>> OfModel(
        string name, [AsParameters] PageRequest page, AssayDb db, HoldBook book, CancellationToken cancel) =>
        List(db.LegalHolds.Where(hold => hold.Model == name), page, book, cancel);

    private static async Task<Page<LegalHoldSummary>> List(
        IQueryable<LegalHold> holds, PageRequest page, HoldBook book, CancellationToken cancel)
    {
        if (page.AfterId() is { } before)
            holds = holds.Where(hold => string.Compare(hold.Id, before) < 0);
        var rows = await holds.AsNoTracking().OrderByDescending(hold => hold.Id).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(await book.Summarize(rows, cancel), hold => hold.Id);
    }
}
