using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Outbound;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Serving.Endpoints;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.PredictionLog.Sinks;

/// <summary>Where calls of an endpoint shall be told.</summary>
/// <param name="Url">An http or https address, on the internet unless the installation allows others. It is stored encrypted.</param>
/// <param name="Mode">Which side of calls; both when left out.</param>
/// <param name="BatchSize">Events in one message, 1 to 1,000. 1, the default, is what KServe's payload logger sends; more are an array.</param>
public sealed record PutEventSinkRequest(
    [Required, StringLength(SinkAddress.LengthMax, MinimumLength = 1)] string Url, SinkMode Mode = SinkMode.All, [Range(1, 1000)] int BatchSize = 1);

/// <summary>Where calls of an endpoint are told, and how it goes.</summary>
/// <param name="Url">Scheme, host and port of the address: its path may hold a secret, and nobody gets to see it again.</param>
/// <param name="Mode">Which side of calls.</param>
/// <param name="BatchSize">Events in one message.</param>
/// <param name="Waiting">Events that wait to be sent.</param>
/// <param name="Sent">Events that were taken since the server started.</param>
/// <param name="Dropped">Events that were not, because the queue was full or the receiver failed too often.</param>
/// <param name="Problem">Why the last message was not taken; null when it was.</param>
public sealed record EventSinkSummary(string Url, SinkMode Mode, int BatchSize, long Waiting, long Sent, long Dropped, string? Problem);

/// <summary>The routes of <c>/api/v1/endpoints/{name}/event-sink</c>.</summary>
internal static class SinkRoutes
{
    private const string Path = "/{name}/event-sink";

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet(Path, Show).WithName("ShowEventSink").Requires(ServingPermissions.Read, resource: "name");
        group.MapPut(Path, Put).WithName("PutEventSink").Requires(ServingPermissions.SendEvents, resource: "name");
        group.MapDelete(Path, Delete).WithName("DeleteEventSink").Requires(ServingPermissions.SendEvents, resource: "name");
    }

    private static async Task<EventSinkSummary> Show(string name, AssayDb db, SinkSenders senders, IKeyRing keys, CancellationToken cancel) =>
        Summary(await db.EventSinks.AsNoTracking().SingleOrDefaultAsync(row => row.Endpoint == name, cancel) ?? throw Refusal.NotFound("event sink of endpoint", name), senders, keys);

    private static async Task<EventSinkSummary> Put(
        string name, PutEventSinkRequest request, SinkChange change, SinkSenders senders, IKeyRing keys, CancellationToken cancel) =>
        Summary(await change.Make(name, request, cancel), senders, keys);

    private static async Task<NoContent> Delete(string name, SinkChange change, CancellationToken cancel)
    {
        await change.Remove(name, cancel);
        return TypedResults.NoContent();
    }

    private static EventSinkSummary Summary(EventSink row, SinkSenders senders, IKeyRing keys)
    {
        var sender = senders.Find(row.Project, row.Endpoint);
        return new(SinkAddress.Shown(row, keys), row.Mode, row.BatchSize, sender?.Waiting ?? 0, sender?.Sent ?? 0, sender?.Dropped ?? 0, sender?.Problem);
    }
}

/// <summary>Changes where calls are told.</summary>
internal sealed class SinkChange(AssayDb db, ILedger ledger, OutboundHttp outbound, SinkSenders senders, IKeyRing keys, ProjectScope scope)
{
    public async Task<EventSink> Make(string name, PutEventSinkRequest request, CancellationToken cancel)
    {
        if (!await db.Endpoints.AnyAsync(row => row.Name == name, cancel))
            throw Refusal.NotFound("endpoint", name);
        var address = await outbound.Check("url", request.Url, cancel);
        var row = await db.EventSinks.SingleOrDefaultAsync(row => row.Endpoint == name, cancel);
        if (row is null)
            db.EventSinks.Add(row = new EventSink { Endpoint = name });
        SinkAddress.Put(row, request.Url, scope.Name!, keys);
        (row.Mode, row.BatchSize) = (request.Mode, request.BatchSize);
        ledger.Append(new EventSinkChanged(name, address.Authority, row.Mode, row.BatchSize));
        await db.SaveChangesAsync(cancel);
        senders.Put(row);
        return row;
    }

    public async Task Remove(string name, CancellationToken cancel)
    {
        var row = await db.EventSinks.SingleOrDefaultAsync(row => row.Endpoint == name, cancel) ?? throw Refusal.NotFound("event sink of endpoint", name);
        db.EventSinks.Remove(row);
        ledger.Append(new EventSinkChanged(name, null, row.Mode, row.BatchSize));
        await db.SaveChangesAsync(cancel);
        senders.Remove(row.Project, name);
    }
}
