using System.Globalization;
using Assay.Data.Lineage;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Pipelines.Trainings;

/// <summary>
/// What came of dataset versions here. Trainings are no things of a lineage themselves: the run that a training leaves stands
/// for it, and says which datasets it read.
/// </summary>
internal sealed class LineageOfTrainings(AssayDb db) : ILineageSource
{
    public IReadOnlyCollection<LineageKind> Kinds { get; } = [];

    public Task<LineageKey?> Find(LineageKey asked, CancellationToken cancel) => Task.FromResult<LineageKey?>(null);

    public Task<IReadOnlyDictionary<LineageKey, LineageNode>> Describe(IReadOnlyList<LineageKey> keys, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyDictionary<LineageKey, LineageNode>>(new Dictionary<LineageKey, LineageNode>());

    public Task<IReadOnlyList<LineageLink>> Before(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<LineageLink>>([]);

    public async Task<IReadOnlyList<LineageLink>> After(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel)
    {
        var links = new List<LineageLink>();
        foreach (var dataset in keys.Where(key => key.Kind == LineageKind.Dataset))
        {
            // Names of datasets have no character that JSON would escape.
            var written = string.Create(CultureInfo.InvariantCulture, $"\"name\":\"{dataset.Name}\",\"version\":{dataset.Part},");
            var trainings = await db.Trainings.AsNoTracking().Where(row => row.Version != null && row.DatasetsJson.Contains(written))
                .OrderByDescending(row => row.Id).Take(max).Select(row => new { row.Id, row.Model, row.Version }).ToListAsync(cancel);
            foreach (var row in trainings)
            {
                var (run, version) = (new LineageKey(LineageKind.Run, TrainingRuns.FinalRunId(row.Id)), LineageKeys.Version(LineageKind.ModelVersion, row.Model, row.Version!.Value));
                links.AddRange([new(dataset, run, "trained on"), new(run, version, "made"), new(dataset, version, "trained on")]);
            }
        }

        return links;
    }
}
