using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Approvals;

/// <summary>That somebody decides in the caller's place.</summary>
/// <param name="To">User name of the person.</param>
/// <param name="EndsAt">Until when; at most 90 days after the start.</param>
/// <param name="StartsAt">From when; left out: now.</param>
public sealed record DelegateRequest([Required, StringLength(200, MinimumLength = 1)] string To, DateTimeOffset EndsAt, DateTimeOffset? StartsAt = null);

/// <summary>A delegation.</summary>
/// <param name="Id">Its id.</param>
/// <param name="From">Id of the person who is away.</param>
/// <param name="To">Id of the person who decides meanwhile.</param>
/// <param name="StartsAt">From when.</param>
/// <param name="EndsAt">Until when.</param>
/// <param name="EndedAt">When it was ended before its time.</param>
/// <param name="FromName">Name of who is away, when the directory knows it.</param>
/// <param name="ToName">Name of who decides meanwhile, when the directory knows it.</param>
public sealed record DelegationSummary(
    string Id, string From, string To, DateTimeOffset StartsAt, DateTimeOffset EndsAt, DateTimeOffset? EndedAt, string? FromName = null, string? ToName = null);

/// <summary>
/// Absence: another person sits in one's place on the lists. The place is lent, and nothing else: the other needs the
/// permission to approve, and neither of the two may have a hand in what is decided.
/// </summary>
internal static class Delegations
{
    private const int DaysMax = 90;
    private const int ShownMax = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/delegations").WithTags("Approvals");
        group.MapPost("/", Make).WithName("MakeDelegation").RequiresOnAny(RegistryPermissions.Approve);   // whoever decides in the place is judged by each model
        group.MapGet("/", List).WithName("ListDelegations").RequiresOnAny(RegistryPermissions.Read);
        group.MapDelete("/{id}", End).WithName("EndDelegation").RequiresOnAny(RegistryPermissions.Approve);
    }

    private static async Task<Created<DelegationSummary>> Make(
        DelegateRequest request, AssayDb db, ILedger ledger, Deciders deciders, TimeProvider clock, CancellationToken cancel)
    {
        var person = await Person(deciders, cancel);
        var to = deciders.People("to", [request.To])[0];
        if (to == person.Id)
            throw Refusal.Invalid("to", "Name somebody else.");
        var starts = request.StartsAt ?? clock.GetUtcNow();
        if (request.EndsAt <= starts || request.EndsAt > starts.AddDays(DaysMax))
            throw Refusal.Invalid("endsAt", $"A delegation ends after it starts, and at most {DaysMax} days later.");

        var row = new Delegation { Id = Guid.CreateVersion7().ToString("N"), FromPerson = person.Id, ToPerson = to, StartsAt = starts, EndsAt = request.EndsAt };
        db.Delegations.Add(row);
        ledger.Append(new DelegationMade(row.Id, person.Id, to, starts, request.EndsAt));
        await db.SaveChangesAsync(cancel);
        return TypedResults.Created($"/api/v1/delegations/{row.Id}", await Summary(row, deciders, cancel));
    }

    /// <summary>All of the project; to who reads single models only, those in which the person has a part.</summary>
    private static async Task<IReadOnlyList<DelegationSummary>> List(AssayDb db, Deciders deciders, IAccess access, CancellationToken cancel)
    {
        var (seesAll, own) = (access.May(RegistryPermissions.Read), (await deciders.Caller(cancel))?.Human ?? "");
        var found = new List<DelegationSummary>();
        foreach (var row in await db.Delegations.AsNoTracking().Where(row => seesAll || row.FromPerson == own || row.ToPerson == own).OrderByDescending(row => row.Id).Take(ShownMax).ToListAsync(cancel))
            found.Add(await Summary(row, deciders, cancel));
        return found;
    }

    private static async Task<NoContent> End(string id, AssayDb db, ILedger ledger, Deciders deciders, TimeProvider clock, CancellationToken cancel)
    {
        var row = await db.Delegations.SingleOrDefaultAsync(each => each.Id == id, cancel) ?? throw Refusal.NotFound("delegation", id);
        if ((await Person(deciders, cancel)).Id != row.FromPerson)
            throw Refusal.Denied("Only the person who is away ends the delegation.");
        if (row.EndedAt is null)
        {
            row.EndedAt = clock.GetUtcNow();
            ledger.Append(new DelegationEnded(id));
            await db.SaveChangesAsync(cancel);
        }

        return TypedResults.NoContent();
    }

    private static async Task<Principal> Person(Deciders deciders, CancellationToken cancel) =>
        await deciders.Caller(cancel) is { Kind: PrincipalKind.Person } person
            ? person
            : throw Refusal.Denied("Only people lend their place: sign in as yourself, or use a token of your own.");

    private static async Task<DelegationSummary> Summary(Delegation row, Deciders deciders, CancellationToken cancel) => new(
        row.Id, row.FromPerson, row.ToPerson, row.StartsAt, row.EndsAt, row.EndedAt,
        await deciders.NameOf(row.FromPerson, cancel), await deciders.NameOf(row.ToPerson, cancel));
}
