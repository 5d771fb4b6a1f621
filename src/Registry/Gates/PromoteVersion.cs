using System.ComponentModel.DataAnnotations;
using Assay.Kernel.Permissions;
using Assay.Registry.Models;
using Assay.Registry.Versions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Registry.Gates;

/// <summary>Where a version is to go.</summary>
/// <param name="Stage"><c>Production</c> or <c>Staging</c>.</param>
/// <param name="RequireBetter">Whether it must be better than the version in production, and take every row that it takes, besides what the policy asks for.</param>
public sealed record PromoteVersionRequest([Required, StringLength(40)] string Stage, bool RequireBetter = false);

internal static class PromoteVersion
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{name}/versions/{version}/promote", Handle).WithName("PromoteVersion").Requires(RegistryPermissions.Promote, resource: "name");

    private static async Task<Results<Ok<GateVerdict>, ProblemHttpResult>> Handle(
        string name, string version, PromoteVersionRequest request, VersionBook book, Promotion promotion, CancellationToken cancel)
    {
        var row = await book.Get(name, version, cancel);
        var verdict = await promotion.Promote(name, row.Version, request.Stage, request.RequireBetter, cancel);
        if (verdict.Passed)
            return TypedResults.Ok(verdict);

        if (verdict.RequestAt is { } page)
            return Unapproved(name, row.Version, Stage.Find(request.Stage)!, page, verdict);
        var failed = verdict.Rules.Where(rule => !rule.Passed).Select(rule => $"{rule.Name} is {rule.Value}, asked for is {rule.Bound}");
        return TypedResults.Problem(
            $"{name} version {row.Version} does not pass the gate to {Stage.Find(request.Stage)}: {string.Join("; ", failed)}.",
            statusCode: StatusCodes.Status409Conflict,
            title: "gate-failed",
            extensions: new Dictionary<string, object?> { ["code"] = "gate-failed", ["verdict"] = verdict });
    }

    private static ProblemHttpResult Unapproved(string name, int version, string stage, string page, GateVerdict verdict)
    {
        var missing = verdict.Rules.Where(rule => !rule.Passed).Select(rule => $"{rule.Name}: {rule.Value}");
        return TypedResults.Problem(
            $"{name} version {version} meets every other rule, but not what the policy of {stage} asks of people ({string.Join("; ", missing)}). Ask for it at {page}, or with 'assay request models:/{name}/{version} --stage {stage}'.",
            statusCode: StatusCodes.Status403Forbidden,
            title: "approval-missing",
            extensions: new Dictionary<string, object?> { ["code"] = "approval-missing", ["request"] = page, ["verdict"] = verdict });
    }
}
