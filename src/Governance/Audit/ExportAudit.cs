using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Text.Json;
using Assay.Governance.Ledger;
using Assay.Kernel.Permissions;

namespace Assay.Governance.Audit;

/// <summary>Which form an export has, and where it begins.</summary>
public sealed record ExportRequest
{
    /// <summary><c>cloudevents</c> (the default) or <c>ocsf</c>.</summary>
    [RegularExpression("^(cloudevents|ocsf)$", ErrorMessage = "A format is cloudevents or ocsf.")]
    public string? Format { get; init; }

    /// <summary>Place of the first entry, 0 when left out: an export that was cut off goes on after its last line.</summary>
    [Range(0, long.MaxValue)]
    public long? From { get; init; }
}

/// <summary>
/// Writes entries as JSON lines, oldest first, up to those that were there when it began. Only one batch is in memory,
/// however many entries fit.
/// </summary>
internal static class ExportAudit
{
    private const int BatchSize = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/audit/export", Handle).WithName("ExportAudit").WithTags("Ledger").Requires(GovernancePermissions.LedgerRead);

    private static async Task Handle(
        [AsParameters] ExportRequest export, [AsParameters] LedgerSearch search, HttpContext http, ClaimsPrincipal user, LedgerReader reader, LedgerKeys keys)
    {
        var cancel = http.RequestAborted;
        var format = export.Format ?? "cloudevents";
        var end = await reader.Size(cancel);
        http.Response.ContentType = "application/x-ndjson";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"audit-{format}.jsonl\"";

        var output = http.Response.BodyWriter;
        await using var json = new Utf8JsonWriter(output);
        var next = export.From ?? 0;
        while (true)
        {
            var rows = await reader.Batch(search, (next, end), BatchSize, user, cancel);
            foreach (var row in rows)
            {
                if (format == "ocsf")
                    OcsfEvent.Write(json, row, keys.Origin);
                else
                    CloudEvent.Write(json, LedgerFeed.Entry(row), keys.Origin);
                await json.FlushAsync(cancel);
                json.Reset();
                await output.WriteAsync("\n"u8.ToArray(), cancel);
            }

            if (rows.Count < BatchSize)
                return;
            next = rows[^1].Index!.Value + 1;
        }
    }
}
