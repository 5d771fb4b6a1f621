using System.Net.Mail;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Databases;
using Assay.Kernel.Outbound;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Routes;

/// <summary>Makes, changes and deletes the routes of a project.</summary>
internal sealed class RouteBook(AssayDb db, ILedger ledger, IKeyRing keys, OutboundHttp outbound, TimeProvider clock)
{
    private const int PerProjectMax = 50;

    public async Task<AlertRoute> Create(AlertRouteRequest request, CancellationToken cancel)
    {
        if (await db.AlertRoutes.CountAsync(cancel) >= PerProjectMax)
            throw Refusal.Limit(StatusCodes.Status409Conflict, $"A project may have {PerProjectMax} routes of alerts: delete one that is not used.");
        var now = clock.GetUtcNow();
        var route = new AlertRoute { Id = Guid.CreateVersion7(now).ToString("N"), Name = request.Name, Kind = request.Kind, CreatedAt = now };
        await Fill(route, request, new(null, null), cancel);
        db.AlertRoutes.Add(route);
        ledger.Append(new AlertRouteCreated(route.Id, route.Kind, route.Target, route.MinimumSeverity, route.Endpoint));
        await Save(cancel);
        return route;
    }

    public async Task<AlertRoute> Change(string id, AlertRouteRequest request, CancellationToken cancel)
    {
        var route = await Find(id, cancel);
        if (route.Kind != request.Kind)
            throw Refusal.Invalid("kind", $"This route is of the kind {route.Kind}: make another one for {request.Kind}.");
        await Fill(route, request, RouteSecrets.Read(route, keys), cancel);
        route.Revision++;
        ledger.Append(new AlertRouteChanged(
            route.Id, route.Kind, route.Target, route.MinimumSeverity, route.Endpoint, route.Active, request.Url is not null || request.Secret is not null));
        await Save(cancel);
        return route;
    }

    public async Task Delete(string id, CancellationToken cancel)
    {
        var route = await Find(id, cancel);
        db.AlertRoutes.Remove(route);
        db.Deliveries.RemoveRange(await db.Deliveries.Where(row => row.RouteId == id).ToListAsync(cancel));
        ledger.Append(new AlertRouteDeleted(id));
        await db.SaveChangesAsync(cancel);
    }

    /// <exception cref="Refusal">404.</exception>
    public async Task<AlertRoute> Find(string id, CancellationToken cancel) =>
        await db.AlertRoutes.SingleOrDefaultAsync(route => route.Id == id, cancel) ?? throw Refusal.NotFound("alert route", id);

    private async Task Fill(AlertRoute route, AlertRouteRequest request, RouteSecret former, CancellationToken cancel)
    {
        if (await db.AlertRoutes.AnyAsync(row => row.Name == request.Name && row.Id != route.Id, cancel))
            throw Refusal.Conflict($"There is another route '{request.Name}': choose another name.");
        if (!Enum.IsDefined(request.Kind) || !Enum.IsDefined(request.MinimumSeverity))
            throw Refusal.Invalid("kind", "A kind is webhook, slack, alertmanager or email, a severity info, warning or critical.");
        if ((request.Sources ?? []).Any(source => string.IsNullOrWhiteSpace(source) || source.Length > Alerts.AlertTable.SourceLengthMax || source.Contains('\n', StringComparison.Ordinal)))
            throw Refusal.Invalid("sources", "A source is a word such as drift, quality or operations.");
        if (request.OnCall is { } onCall && onCall.Names.Any(string.IsNullOrWhiteSpace))
            throw Refusal.Invalid("onCall.names", "Everybody who is on call needs a name.");
        var secret = new RouteSecret(request.Kind == RouteKind.Email ? null : request.Url ?? former.Url, request.Secret ?? former.Secret);
        route.Target = request.Kind == RouteKind.Email ? await CheckMail(request, secret, cancel) : await CheckUrl(secret.Url, cancel);
        (route.Name, route.MinimumSeverity, route.Endpoint, route.Sources) = (request.Name, request.MinimumSeverity, request.Endpoint, string.Join('\n', request.Sources ?? []));
        (route.GroupSeconds, route.RepeatMinutes, route.Resolved, route.Active) = (request.GroupSeconds, request.RepeatMinutes, request.Resolved, request.Active);
        route.MailJson = request.Kind == RouteKind.Email ? JsonSerializer.Serialize(request.Mail, AssayJson.Options) : null;
        route.OnCallJson = request.OnCall is null ? null : JsonSerializer.Serialize(request.OnCall, AssayJson.Options);
        RouteSecrets.Put(route, secret, keys);
    }

    private async Task<string> CheckUrl(string? url, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(url))
            throw Refusal.Invalid("url", "Say where to post: an address that begins with https:// or http://.");
        return (await outbound.Check("url", url, cancel)).Authority;
    }

    private async Task<string> CheckMail(AlertRouteRequest request, RouteSecret secret, CancellationToken cancel)
    {
        if (request.Mail is not { } mail)
            throw Refusal.Invalid("mail", "Say by which server e-mail goes, from whom and to whom.");
        var field = mail.To.FirstOrDefault(address => !MailAddress.TryCreate(address, out _));
        if (field is not null || !MailAddress.TryCreate(mail.From, out _))
            throw Refusal.Invalid(field is null ? "mail.from" : "mail.to", $"'{field ?? mail.From}' is no e-mail address.");
        if (!Enum.IsDefined(mail.Security) || (mail.Security == MailSecurity.None && !string.IsNullOrEmpty(secret.Secret)))
            throw Refusal.Invalid("mail.security", "A password is only sent over an encrypted connection: use startTls or tls.");
        await outbound.CheckHost("mail.host", mail.Host, cancel);
        return $"{mail.Host}:{mail.Port}";
    }

    private async Task Save(CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException problem) when (StorageTrouble.IsLost(problem))   // the name was taken, or the route changed, since we looked
        {
            throw Refusal.Conflict("Somebody changed the routes at the same moment: look at them and send yours again.");
        }
    }
}
