using Assay.Console.Charts;
using Assay.Tracking;

namespace Assay.Console.Pages.Runs;

/// <summary>A run as charts draw it: the same colour in each of them.</summary>
/// <param name="Id">The run.</param>
/// <param name="Name">What people read; told apart by the id where two runs have one name.</param>
/// <param name="Color">Name of a colour token.</param>
/// <param name="Dashed">Whether its lines are dashes.</param>
public sealed record RunLine(string Id, string Name, string Color, bool Dashed)
{
    public static List<RunLine> Of(IReadOnlyList<RunSummary> runs) =>
    [
        .. runs.Select((run, place) =>
        {
            var (color, dashed) = LineColor.Of(place);
            var isAlone = runs.Count(other => other.Name == run.Name) == 1 && run.Name.Length > 0;
            return new RunLine(run.Id, isAlone ? run.Name : $"{run.Name} {run.Id[..6]}".Trim(), color, dashed);
        }),
    ];
}
