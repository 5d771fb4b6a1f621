using System.Globalization;
using System.Text.Json;
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
            // The database finds those in which the name stands somewhere, and what they say is read.
            var name = JsonSerializer.Serialize(dataset.Name, AssayJson.Options);
            var trainings = await db.Trainings.AsNoTracking().Where(row => row.Version != null && row.DatasetsJson.Contains(name))
                .OrderByDescending(row => row.Id).Select(row => new { row.Id, row.Model, row.Version, row.DatasetsJson }).AsAsyncEnumerable()
                .Where(row => Has(row.DatasetsJson, dataset)).Take(max).ToListAsync(cancel);
            foreach (var row in trainings)
            {
                var (run, version) = (new LineageKey(LineageKind.Run, TrainingRuns.FinalRunId(row.Id)), LineageKeys.Version(LineageKind.ModelVersion, row.Model, row.Version!.Value));
                links.AddRange([new(dataset, run, "trained on"), new(run, version, "made"), new(dataset, version, "trained on")]);
            }
        }

        return links;
    }

    private static bool Has(string json, LineageKey dataset) => JsonSerializer.Deserialize<List<TrainingDataset>>(json, AssayJson.Options)!
        .Exists(each => each.Name == dataset.Name && each.Version.ToString(CultureInfo.InvariantCulture) == dataset.Part);
}
