using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Approvals;
using Assay.Registry.Models;
using Assay.Registry.Policies;
using Assay.Registry.Versions;

namespace Assay.Registry.Gates;

/// <summary>Which gate to try.</summary>
/// <param name="Stage"><c>Production</c> or <c>Staging</c>.</param>
/// <param name="Policy">Text of a policy to try before it is published; the one in force when left out. To try one takes <c>models.write</c>.</param>
public sealed record CheckGateRequest(
    [StringLength(40)] string Stage = Models.Stage.Production, [StringLength(GatePolicy.TextLengthMax)] string? Policy = null);

/// <summary>Tries a gate without going through it: nothing moves, and nothing is recorded.</summary>
internal static class CheckGate
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{name}/versions/{version}/gate/check", Handle).WithName("CheckGate").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<GateVerdict> Handle(
        string name, string version, CheckGateRequest request, GateTrial trial, IAccess access, CancellationToken cancel)
    {
        // A draft may ask for work that the policy in force does not: loading the model, and measuring it.
        if (request.Policy is not null)
            access.Demand(RegistryPermissions.Write, name);
        return await trial.Run(name, version, Stage.Gated(request.Stage), request.Policy, cancel);
    }
}

/// <summary>A verdict that nobody keeps.</summary>
internal sealed class GateTrial(VersionBook book, GateKeeper keeper, PolicyBook policies, HumanRules people, TimeProvider clock)
{
    public async Task<GateVerdict> Run(string name, string version, string stage, string? draft, CancellationToken cancel)
    {
        var row = await book.Get(name, version, cancel);
        if (draft is null)
            return (await keeper.Judge(row, stage, requireBetter: false, cancel)).ToVerdict();
        var rules = Read(draft);
        var results = await keeper.Judge(row, stage, rules, requireBetter: false, cancel);
        results.AddRange(await people.Judge(row, stage, new(new(stage, -1, draft, rules.Digest.ToString()), rules), cancel));
        return new(results.TrueForAll(result => result.Passed), results, rules.Digest.ToString(), clock.GetUtcNow());
    }

    private GatePolicy Read(string draft)
    {
        try
        {
            return policies.Read(draft);
        }
        catch (InvalidPolicyException problem)
        {
            throw Refusal.Invalid("policy", problem.Message);
        }
    }
}
