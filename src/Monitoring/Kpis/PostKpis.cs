using System.Globalization;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Monitors;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Kpis;

/// <summary>Takes numbers of the business about predictions; like labels they may come late, twice and corrected.</summary>
internal static class PostKpis
{
    public static void Map(RouteGroupBuilder group) => group
        .MapPost("/{name}/kpis", Handle)
        .WithName("PostKpis")
        .WithSummary("Says what predictions were worth to the business: any number by the prediction's id; up to 10,000.")
        .Requires(MonitoringPermissions.LabelsWrite, resource: "name");

    private static Task<KpisPosted> Handle(string name, PostKpisRequest request, WatchedEndpoints watched, KpisChange change, CancellationToken cancel)
    {
        watched.Require(name);
        for (var place = 0; place < request.Kpis.Count; place++)
        {
            if (request.Kpis[place] is null)
                throw Refusal.Invalid($"kpis[{place}]", "A number is an object with id, name and value.");
        }

        return change.Post(name, request, cancel);
    }
}

/// <summary>Numbers and their event, in one transaction.</summary>
internal sealed class KpisChange(AssayDb db, ILedger ledger, OutcomeBook book)
{
    private const int NamesMax = 20;

    public async Task<KpisPosted> Post(string endpoint, PostKpisRequest request, CancellationToken cancel)
    {
        await CheckNames(endpoint, request, cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        List<Said> said = [.. request.Kpis.Select(kpi => new Said(
            kpi.Id, kpi.Row ?? 1, kpi.Name, kpi.Value!.Value.ToString("R", CultureInfo.InvariantCulture), kpi.Value.Value, kpi.At?.ToUniversalTime()))];
        var (added, unchanged, corrected) = await book.Take(endpoint, said, cancel);
        if (added + corrected > 0)
            ledger.Append(new KpisPostedEvent(endpoint, added, corrected, Digest.Of(JsonSerializer.SerializeToUtf8Bytes(request, AssayJson.Options)).ToString()));
        await book.Save(cancel);
        await transaction.CommitAsync(cancel);
        return new(added, unchanged, corrected);
    }

    private async Task CheckNames(string endpoint, PostKpisRequest request, CancellationToken cancel)
    {
        var known = await db.Outcomes.Where(row => row.Endpoint == endpoint && row.Name != Outcome.Label).Select(row => row.Name).Distinct().ToListAsync(cancel);
        var all = request.Kpis.Select(kpi => kpi.Name).Union(known, StringComparer.Ordinal).ToList();
        if (all.Count > NamesMax)
            throw Refusal.Invalid("kpis", $"An endpoint has at most {NamesMax} names of numbers, and with these it would have {all.Count}: {string.Join(", ", known.Take(NamesMax))} are there already.");
    }
}
