using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Gates;
using Assay.Registry.Models;
using Assay.Registry.Policies;
using Assay.Registry.Versions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Registry.Approvals;

/// <summary>An emergency.</summary>
/// <param name="Reason">Why nobody's approval can be waited for; signed.</param>
/// <param name="Stage"><c>Production</c> or <c>Staging</c>.</param>
/// <param name="Hours">For how long; left out: as configured, 24.</param>
public sealed record BreakGlassRequest(
    [Required, StringLength(ApprovalRequest.ReasonLengthMax, MinimumLength = 10)] string Reason,
    [StringLength(40)] string Stage = Models.Stage.Production,
    [Range(1, 168)] int? Hours = null);

/// <summary>An emergency, and what became of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Number of the version.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Reason">Why.</param>
/// <param name="Person">Id of who broke the glass.</param>
/// <param name="PersonName">Their name, when the directory knows it.</param>
/// <param name="At">When.</param>
/// <param name="Until">When the version falls back, unless it has its approvals by then.</param>
/// <param name="Former">The version to which it falls back.</param>
/// <param name="EndedAt">When its time was up and that was done.</param>
/// <param name="ReviewedBy">Id of who reviewed it; null while nobody has.</param>
/// <param name="Justified">What they found.</param>
/// <param name="ReviewComment">In their words.</param>
public sealed record BrokenGlassSummary(
    string Id,
    string Model,
    int Version,
    string Stage,
    string Reason,
    string Person,
    string? PersonName,
    DateTimeOffset At,
    DateTimeOffset Until,
    int? Former,
    DateTimeOffset? EndedAt,
    string? ReviewedBy,
    bool? Justified,
    string? ReviewComment);

/// <summary>Takes a version past the human rules of a stage, for some time. Every other rule must hold.</summary>
internal static class BreakGlass
{
    public static void Map(RouteGroupBuilder models, IEndpointRouteBuilder routes)
    {
        models.MapPost("/{name}/versions/{version}/break-glass", Handle).WithName("BreakGlass").Requires(RegistryPermissions.BreakGlass, "name");
        routes.MapGet("/api/v1/broken-glass", List).WithTags("Approvals").WithName("ListBrokenGlass").RequiresOnAny(RegistryPermissions.Read);
    }

    private static async Task<Results<Ok<BrokenGlassSummary>, ProblemHttpResult>> Handle(
        string name, string version, BreakGlassRequest request, VersionBook book, Hammer hammer, CancellationToken cancel)
    {
        var (summary, verdict) = await hammer.Strike(await book.Get(name, version, cancel), Stage.Gated(request.Stage), request, cancel);
        return verdict.Passed
            ? TypedResults.Ok(summary)
            : TypedResults.Problem(
                $"{name} version {version} does not meet the other rules of the gate, past which no emergency leads: {string.Join("; ", verdict.Rules.Where(rule => !rule.Passed).Select(rule => $"{rule.Name} is {rule.Value}"))}.",
                statusCode: StatusCodes.Status409Conflict,
                title: "gate-failed",
                extensions: new Dictionary<string, object?> { ["code"] = "gate-failed", ["verdict"] = verdict });
    }

    private static async Task<IReadOnlyList<BrokenGlassSummary>> List(AssayDb db, Deciders deciders, IAccess access, CancellationToken cancel)
    {
        const int ShownMax = 200;
        var reach = access.Reach(RegistryPermissions.Read);
        var found = new List<BrokenGlassSummary>();
        foreach (var row in await reach.Within(db.BrokenGlass.AsNoTracking(), row => row.Model).OrderByDescending(row => row.Id).Take(ShownMax).ToListAsync(cancel))
            found.Add(await Hammer.Summarize(row, deciders, cancel));
        return found;
    }
}

/// <summary>Breaks the glass: statement, row and promotion together, or nothing of it.</summary>
internal sealed class Hammer(
    AssayDb db, ILedger ledger, VersionBook book, Promotion promotion, PolicyBook policies, IAttestations attestations, Deciders deciders, EmergencyTimes times)
{
    public async Task<(BrokenGlassSummary Summary, GateVerdict Verdict)> Strike(
        ModelVersion version, string stage, BreakGlassRequest request, CancellationToken cancel)
    {
        if (await deciders.Caller(cancel) is not { Kind: PrincipalKind.Person } person)
            throw Refusal.Denied("Only people break the glass: sign in as yourself, or use a token of your own.");
        if (version.Stage == stage)
            throw Refusal.Conflict($"{version.Model} version {version.Version} is in {stage} already.");
        if ((await policies.Decisive(stage, cancel)).Rules.Approvals.Count == 0)
            throw Refusal.Conflict($"The policy of {stage} asks for no approvals: promote the version.");

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var row = await Add(version, stage, request, person, cancel);
        await db.SaveChangesAsync(cancel);
        var verdict = await promotion.Judge(version, stage, requireBetter: false, cancel);
        if (verdict.Passed)
            await transaction.CommitAsync(cancel);
        return (await Summarize(row, deciders, cancel), verdict);
    }

    public static async Task<BrokenGlassSummary> Summarize(BrokenGlass row, Deciders deciders, CancellationToken cancel) => new(
        row.Id, row.Model, row.Version, row.Stage, row.Reason, row.Person, await deciders.NameOf(row.Person, cancel), row.At, row.Until, row.Former,
        row.EndedAt, row.ReviewedBy, row.Justified, row.ReviewComment);

    private async Task<BrokenGlass> Add(ModelVersion version, string stage, BreakGlassRequest request, Principal person, CancellationToken cancel)
    {
        var (id, now) = (Guid.CreateVersion7().ToString("N"), times.Now);
        var until = now + TimeSpan.FromHours(request.Hours ?? times.Hours);
        var signed = await attestations.Add(
            version.Model, version.Version, Predicates.BreakGlass,
            Predicates.Write(new BreakGlassPredicate(id, stage, person.Id, request.Reason, now, until)), cancel);
        var row = new BrokenGlass
        {
            Id = id,
            Model = version.Model,
            Version = version.Version,
            Digest = version.Digest,
            Stage = stage,
            Reason = request.Reason,
            Person = person.Id,
            At = now,
            Until = until,
            Attestation = signed.Digest,
            Former = (await book.Find(version.Model, Stage.AliasOf(stage), cancel))?.Version,
        };
        db.BrokenGlass.Add(row);
        ledger.Append(new GlassBroken(row.Model, row.Version, row.Digest, stage, id, person.Id, until));
        return row;
    }
}

/// <summary>How long emergencies last, and what time it is.</summary>
internal sealed class EmergencyTimes(IOptions<ApprovalOptions> options, TimeProvider clock)
{
    public int Hours => options.Value.BreakGlassHours;

    public DateTimeOffset Now => clock.GetUtcNow();
}
