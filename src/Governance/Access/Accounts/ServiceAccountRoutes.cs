using System.ComponentModel.DataAnnotations;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Idempotency;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access.Accounts;

/// <summary>A new account for a program.</summary>
/// <param name="Name">Lower-case letters, digits and dashes, as a project's name.</param>
/// <param name="Owner">Id of the person who answers for it; the caller's own human when left out.</param>
/// <param name="Description">What it is for.</param>
public sealed record CreateServiceAccountRequest(
    [Required, RegularExpression(ProjectName.Pattern, ErrorMessage = "A service account's name has 1 to 63 lower-case letters, digits and dashes, and starts with a letter or digit.")] string Name,
    [StringLength(20)] string? Owner = null,
    [StringLength(500)] string? Description = null);

/// <summary>Changes of a service account; what is left out stays.</summary>
/// <param name="Owner">Id of the person who answers for it from now on.</param>
/// <param name="Active">False ends its tokens at once.</param>
/// <param name="Description">What it is for.</param>
public sealed record ChangeServiceAccountRequest(
    [StringLength(20)] string? Owner = null, bool? Active = null, [StringLength(500)] string? Description = null);

/// <summary>A service account.</summary>
/// <param name="OwnerName">Name of the person who answers for it.</param>
/// <param name="Active">Whether it may do anything; false as well while its owner is inactive.</param>
public sealed record ServiceAccountSummary(
    string Id, string Name, string Owner, string OwnerName, string? Description, bool Active, DateTimeOffset CreatedAt, IReadOnlyList<string> Groups);

public sealed record ServiceAccountCreated(string Id, string Name, string Owner) : LedgerEvent("service-account.created", Id);

public sealed record ServiceAccountChanged(string Id, string Owner, bool Active) : LedgerEvent("service-account.changed", Id);

internal static class ServiceAccountRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/service-accounts").WithTags("Access");
        group.MapPost("/", Create).WithName("CreateServiceAccount").Requires(GovernancePermissions.AccessAdmin).Idempotent();
        group.MapGet("/", List).WithName("ListServiceAccounts").Requires(GovernancePermissions.AccessRead);
        group.MapGet("/{id}", Show).WithName("ShowServiceAccount").Requires(GovernancePermissions.AccessRead);
        group.MapPatch("/{id}", Change).WithName("ChangeServiceAccount").Requires(GovernancePermissions.AccessAdmin);
    }

    private static async Task<Created<ServiceAccountSummary>> Create(
        CreateServiceAccountRequest request, AssayDb db, AccessChange change, TimeProvider clock, CancellationToken cancel)
    {
        if (await db.ServiceAccounts.AnyAsync(row => row.Name == request.Name, cancel))
            throw Refusal.Conflict($"There is a service account '{request.Name}' already.");
        var own = change.Before.Principals[change.Caller.PrincipalId()!].Human;
        var account = new ServiceAccount
        {
            Id = AccountId.New(AccountId.Service),
            Name = request.Name,
            Owner = request.Owner is null ? own : Owner(request.Owner, change.Before),
            Description = request.Description,
            Active = true,
            CreatedAt = clock.GetUtcNow(),
        };
        db.ServiceAccounts.Add(account);
        await change.Save(new ServiceAccountCreated(account.Id, account.Name, account.Owner), cancel);
        return TypedResults.Created($"/api/v1/service-accounts/{account.Id}", Summary(account, change.Before));
    }

    private static async Task<Page<ServiceAccountSummary>> List(
        [AsParameters] PageRequest page, string? owner, AssayDb db, AccessState access, CancellationToken cancel)
    {
        var rows = await db.ServiceAccounts.AsNoTracking()
            .Where(row => owner == null || row.Owner == owner)
            .Where(row => page.Cursor == null || string.Compare(row.Name, page.Cursor) > 0)
            .OrderBy(row => row.Name).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(rows.ConvertAll(row => Summary(row, access.Current)), account => account.Name);
    }

    private static async Task<ServiceAccountSummary> Show(string id, AssayDb db, AccessState access, CancellationToken cancel) =>
        Summary(await Find(id, db, cancel), access.Current);

    private static async Task<ServiceAccountSummary> Change(
        string id, ChangeServiceAccountRequest request, AssayDb db, AccessChange change, CancellationToken cancel)
    {
        var account = await Find(id, db, cancel);
        var owner = request.Owner is null ? account.Owner : Owner(request.Owner, change.Before);

        // A new owner can make tokens for the account, and a new start gives its rights back.
        if (owner != account.Owner || (request.Active is true && !account.Active))
            change.MayGiveAllOf(id);
        account.Owner = owner;
        account.Active = request.Active ?? account.Active;
        account.Description = request.Description ?? account.Description;
        await change.Save(new ServiceAccountChanged(id, account.Owner, account.Active), cancel);
        return Summary(account, change.Before);
    }

    private static string Owner(string id, AccessSnapshot accounts) =>
        accounts.Principals.GetValueOrDefault(id) is { Kind: PrincipalKind.Person, Active: true }
            ? id
            : throw Refusal.Invalid("owner", $"'{id}' is not the id of an active person; a human answers for every service account.");

    private static async Task<ServiceAccount> Find(string id, AssayDb db, CancellationToken cancel) =>
        await db.ServiceAccounts.FindAsync([id], cancel) ?? throw Refusal.NotFound("service account", id);

    private static ServiceAccountSummary Summary(ServiceAccount row, AccessSnapshot accounts) => new(
        row.Id, row.Name, row.Owner, accounts.NameOf(row.Owner), row.Description,
        row.Active && accounts.Principals.GetValueOrDefault(row.Owner)?.Active == true, row.CreatedAt, accounts.GroupNamesOf(row.Id));
}
