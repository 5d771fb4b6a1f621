using System.ComponentModel.DataAnnotations;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;

namespace Assay.Data.Lineage;

/// <summary>Shows what something comes from and what came of it.</summary>
internal static class ShowLineage
{
    private const int DepthMax = 20;
    private const int NodesMax = 1000;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/lineage", Handle)
        .WithName("ShowLineage")
        .WithTags("Data")
        .WithSummary("What a dataset, run, model or endpoint comes from, and what came of it.")
        .AllowSignedIn("Each node is judged by the permission to read what it stands for: what may not be read is hidden.");

    private static Task<LineageGraph> Handle(
        [Required, StringLength(1200, MinimumLength = 1)] string of, LineageWalk walk, CancellationToken cancel,
        int depth = 6, int nodes = 200, string direction = "both")
    {
        if (!Enum.TryParse<LineageDirection>(direction, ignoreCase: true, out var way) || !Enum.IsDefined(way))
            throw Refusal.Invalid("direction", $"The direction is before, after or both, not '{direction}'.");
        if (depth is < 1 or > DepthMax)
            throw Refusal.Invalid("depth", $"The depth is from 1 to {DepthMax}, not {depth}.");
        if (nodes is < 2 or > NodesMax)
            throw Refusal.Invalid("nodes", $"An answer has from 2 to {NodesMax} nodes, not {nodes}.");
        return walk.From(LineageKey.Parse(of), new(depth, nodes, way), cancel);
    }
}
