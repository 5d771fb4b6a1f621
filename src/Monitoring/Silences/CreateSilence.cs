using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Silences;

internal static class CreateSilence
{
    private const int DaysMax = 90;
    private const int ActiveMax = 200;

    public static void Map(RouteGroupBuilder group) => group.MapPost("/", Handle).WithName("CreateSilence").Requires(MonitoringPermissions.Write);

    private static async Task<Created<SilenceSummary>> Handle(
        SilenceRequest request, AssayDb db, ILedger ledger, Caller caller, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var from = request.From ?? now;
        if (request.To <= now || request.To <= from || request.To > now.AddDays(DaysMax))
            throw Refusal.Invalid("to", $"A silence ends in the future, after it begins, and at most {DaysMax} days from now.");
        if (!Enum.IsDefined(request.SeverityMax))
            throw Refusal.Invalid("severityMax", "A severity is info, warning or critical.");
        if (await db.Silences.CountAsync(row => row.To > now, cancel) >= ActiveMax)
            throw Refusal.Limit(StatusCodes.Status409Conflict, $"A project may have {ActiveMax} silences at a time: end one, or make one that covers more.");
        var silence = new AlertSilence
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Endpoint = request.Endpoint,
            Source = request.Source,
            SeverityMax = request.SeverityMax,
            From = from,
            To = request.To,
            By = caller.Principal ?? caller.Id,
            Reason = request.Reason,
            CreatedAt = now,
        };
        db.Silences.Add(silence);
        ledger.Append(new SilenceCreated(silence.Id, silence.Endpoint, silence.Source, silence.SeverityMax, silence.From, silence.To, silence.Reason));
        await db.SaveChangesAsync(cancel);
        return TypedResults.Created($"/api/v1/silences/{silence.Id}", silence.ToSummary(now));
    }
}
