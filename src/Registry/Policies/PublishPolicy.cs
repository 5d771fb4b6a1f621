using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Gates;
using Assay.Registry.Models;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Policies;

/// <summary>Publishes a stage's next policy; the former ones stay to be read. The same text again publishes nothing.</summary>
internal static class PublishPolicy
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPut("/{stage}", Handle).WithName("PublishPolicy").Requires(RegistryPermissions.Policy)
            .Accepts<string>(ShowPolicy.ContentType, "application/x-yaml", "text/yaml", "text/plain", "application/octet-stream");

    private static async Task<ContentHttpResult> Handle(
        string stage, HttpContext http, AssayDb db, PolicyBook policies, PolicySeal seal, ILedger ledger)
    {
        var cancel = http.RequestAborted;
        var name = Stage.Gated(stage);
        var yaml = await PolicyText.Read(http.Request.Body, cancel);
        var digest = Checked(yaml, policies).Digest;
        var former = await policies.Newest(name, cancel);
        if (yaml == former.Yaml && former.Problem is null)
            return ShowPolicy.Answer(http.Response, former);

        var (number, publishedBy) = (former.Number + 1, http.RequestServices.GetRequiredService<Caller>().Id);
        var (envelope, keyHint) = seal.Make(name, number, digest, publishedBy);
        var row = new PolicyVersion
        {
            Stage = name,
            Number = number,
            Yaml = yaml,
            Digest = digest.ToString(),
            PublishedBy = publishedBy,
            PublishedAt = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(),
            Envelope = envelope,
            KeyHint = keyHint,
        };
        db.PolicyVersions.Add(row);
        ledger.Append(new PolicyChanged(name, row.Digest, former.Digest, row.Number));
        await Save(db, row, cancel);
        return ShowPolicy.Answer(http.Response, await policies.InForce(name, cancel));
    }

    private static async Task Save(AssayDb db, PolicyVersion row, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException problem) when (StorageTrouble.IsTaken(problem))   // the number
        {
            throw Refusal.Conflict($"Another policy of {row.Stage} was published at the same time. Read it, and publish yours again.");
        }
    }

    private static GatePolicy Checked(string yaml, PolicyBook policies)
    {
        try
        {
            return policies.Read(yaml);
        }
        catch (InvalidPolicyException problem)
        {
            throw Refusal.Invalid("policy", problem.Message);
        }
    }
}
