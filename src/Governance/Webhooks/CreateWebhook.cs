using System.Security.Claims;
using Assay.Governance.Ledger;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Outbound;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Webhooks;

/// <summary>What making a webhook needs beside its request.</summary>
internal sealed class WebhookMaking(
    AssayDb db, ILedger ledger, ILedgerFeed feed, IKeyRing keys, OutboundHttp outbound, WebhookMessages messages)
{
    private const int PerProjectMax = 50;

    public async Task<CreatedWebhook> Make(CreateWebhookRequest request, DateTimeOffset now, CancellationToken cancel, ForeignWebhook? foreign = null)
    {
        if (await db.Webhooks.CountAsync(cancel) >= PerProjectMax)
            throw Refusal.Limit(StatusCodes.Status409Conflict, $"A project may have {PerProjectMax} webhooks: delete one that is not used.");
        if (await db.Webhooks.AnyAsync(row => row.Name == request.Name, cancel))
            throw Refusal.Conflict($"There is a webhook '{request.Name}' already: change that one, or choose another name.");

        var types = messages.Types(request.Types, foreign?.Format);
        var address = await outbound.Check("url", request.Url, cancel, mayBeUnknown: foreign is not null);
        var id = Guid.CreateVersion7(now).ToString("N");
        var (secret, wrapped) = foreign is null ? WebhookSecret.Make(id, keys) : ("", WebhookSecret.Given(foreign.Secret, id, keys));
        var hook = new Webhook
        {
            Id = id,
            Name = request.Name,
            Url = request.Url,
            Description = foreign?.Description,
            Format = foreign?.Format,
            Types = types,
            Everywhere = request.Everywhere,
            Secret = wrapped.Ciphertext,
            SecretVersion = wrapped.Version,
            Active = foreign?.Active != false,
            CreatedAt = now,
        };
        var progress = new WebhookProgress { WebhookId = id, NextPlace = await feed.Size(cancel) };   // from now on, this very event first
        db.Webhooks.Add(hook);
        db.WebhookProgress.Add(progress);
        ledger.Append(new WebhookCreated(id, address.Authority, request.Types, request.Everywhere));
        await db.SaveChangesAsync(cancel);
        return new(WebhookRoutes.Summary(hook, progress), secret);
    }
}

internal static class CreateWebhook
{
    // Not idempotent by key: the kept answer would keep the secret.
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/", Handle).WithName("CreateWebhook").Requires(GovernancePermissions.WebhooksAdmin);

    private static async Task<Created<CreatedWebhook>> Handle(
        CreateWebhookRequest request, ClaimsPrincipal user, LedgerReader reader, WebhookMaking making, WebhookDelivery delivery, TimeProvider clock, CancellationToken cancel)
    {
        if (request.Everywhere && !reader.SeesAll(user))
            throw Refusal.Denied("You may read the ledger of this project only, so your webhooks tell its events: leave 'everywhere' out.");
        var made = await making.Make(request, clock.GetUtcNow(), cancel);
        delivery.Restart(made.Summary.Id);
        return TypedResults.Created($"/api/v1/webhooks/{made.Summary.Id}", made);
    }
}
