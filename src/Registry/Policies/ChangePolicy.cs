using System.Text;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Gates;
using Assay.Registry.Models;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Policies;

internal static class ChangePolicy
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPut("/{stage}", Handle).WithName("ChangePolicy").Requires(RegistryPermissions.Promote)
            .Accepts<string>(ShowPolicy.ContentType, "application/x-yaml", "text/yaml", "text/plain", "application/octet-stream");

    private static async Task<ContentHttpResult> Handle(
        string stage, HttpRequest request, AssayDb db, PolicyBook policies, ILedger ledger, TimeProvider clock)
    {
        var cancel = request.HttpContext.RequestAborted;
        var name = Stage.Gated(stage);
        var yaml = await ReadText(request.Body, cancel);
        var digest = Checked(yaml, policies).Digest;
        var former = await policies.Text(name, cancel);
        if (yaml != former)
        {
            var row = await db.StagePolicies.SingleOrDefaultAsync(policy => policy.Stage == name, cancel);
            if (row is null)
                db.StagePolicies.Add(row = new StagePolicy { Stage = name, Yaml = yaml, UpdatedAt = clock.GetUtcNow() });
            (row.Yaml, row.UpdatedAt) = (yaml, clock.GetUtcNow());
            ledger.Append(new PolicyChanged(name, digest.ToString(), Digest.Of(Encoding.UTF8.GetBytes(former)).ToString()));
            await db.SaveChangesAsync(cancel);
        }

        return TypedResults.Text(yaml, ShowPolicy.ContentType);
    }

    private static GatePolicy Checked(string yaml, PolicyBook policies)
    {
        try
        {
            return GatePolicy.Read(yaml, policies.Gates);
        }
        catch (InvalidPolicyException problem)
        {
            throw Refusal.Invalid("policy", problem.Message);
        }
    }

    private static async Task<string> ReadText(Stream body, CancellationToken cancel)
    {
        var bytes = new byte[GatePolicy.TextLengthMax + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        if (length > GatePolicy.TextLengthMax)
            throw Refusal.Limit(StatusCodes.Status413PayloadTooLarge, "A policy has at most 64 KiB.");
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw Refusal.Invalid("policy", "The policy is not UTF-8 text.");
        }
    }
}
