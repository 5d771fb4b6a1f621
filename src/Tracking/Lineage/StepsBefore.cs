using System.Globalization;
using Assay.Data.Lineage;
using Assay.Kernel;
using Assay.Tracking.Inputs;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Lineage;

/// <summary>What runs have read, and which run has logged a model.</summary>
internal sealed class StepsBefore(AssayDb db)
{
    /// <summary>The tag by which Assay's own trainings say which dataset versions they read: <c>telco@3, recent@1</c>.</summary>
    private const string DatasetTag = "assay.dataset";

    public async Task<IReadOnlyList<LineageLink>> Of(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel)
    {
        var links = new List<LineageLink>();
        var (runs, models) = (keys.Names(LineageKind.Run), keys.Names(LineageKind.LoggedModel));
        if (runs.Count > 0)
            await OfRuns(runs, links, max, cancel);
        if (models.Count > 0)
            await OfModels(models, links, max, cancel);
        return links;
    }

    private async Task OfRuns(List<string> ids, List<LineageLink> links, int max, CancellationToken cancel)
    {
        var runs = await db.Runs.Where(run => ids.Contains(run.Id)).Select(run => new { run.Key, run.Id }).ToDictionaryAsync(
            run => run.Key, run => new LineageKey(LineageKind.Run, run.Id), cancel);
        var keys = runs.Keys.ToList();

        var read = await (from input in db.RunInputs
                          join dataset in db.InputDatasets on input.DatasetKey equals dataset.Key
                          where keys.Contains(input.RunKey)
                          orderby input.RunKey, input.DatasetKey
                          select new { input.RunKey, input.DatasetKey, dataset.Name, dataset.Digest }).Take(max).ToListAsync(cancel);
        var contexts = await db.RunInputTags.Where(tag => keys.Contains(tag.RunKey) && tag.Key == RunInputTag.Context)
            .OrderBy(tag => tag.RunKey).ThenBy(tag => tag.DatasetKey).Take(max)
            .ToDictionaryAsync(tag => (tag.RunKey, tag.DatasetKey), tag => tag.Value, cancel);
        links.AddRange(read.Select(row => new LineageLink(
            new(LineageKind.Input, row.Name, row.Digest), runs[row.RunKey],
            contexts.TryGetValue((row.RunKey, row.DatasetKey), out var context) ? $"read as {context}" : "read")));

        var models = await db.RunModels.Where(model => keys.Contains(model.RunKey) && !model.IsOutput)
            .OrderBy(model => model.RunKey).ThenBy(model => model.ModelId).Take(max).ToListAsync(cancel);
        links.AddRange(models.Select(row => new LineageLink(new(LineageKind.LoggedModel, row.ModelId), runs[row.RunKey], "read")));

        var tags = await db.RunTags.Where(tag => keys.Contains(tag.RunKey) && tag.Key == DatasetTag).OrderBy(tag => tag.RunKey).Take(max).ToListAsync(cancel);
        links.AddRange(tags.SelectMany(tag => Datasets(tag.Value).Select(dataset => new LineageLink(dataset, runs[tag.RunKey], "trained on"))));
    }

    private async Task OfModels(List<string> ids, List<LineageLink> links, int max, CancellationToken cancel)
    {
        var sources = await db.LoggedModels.Where(model => ids.Contains(model.Id) && model.SourceRunId != "")
            .Select(model => new { model.Id, model.SourceRunId }).ToListAsync(cancel);
        var outputs = await (from model in db.RunModels
                             join run in db.Runs on model.RunKey equals run.Key
                             where ids.Contains(model.ModelId) && model.IsOutput
                             orderby model.RunKey
                             select new { Id = model.ModelId, SourceRunId = run.Id }).Take(max).ToListAsync(cancel);
        links.AddRange(sources.Concat(outputs).Select(row => new LineageLink(new(LineageKind.Run, row.SourceRunId), new(LineageKind.LoggedModel, row.Id), "logged")));
    }

    private static IEnumerable<LineageKey> Datasets(string tag)
    {
        foreach (var part in tag.Split(", "))
        {
            var at = part.LastIndexOf('@');
            if (at > 0 && int.TryParse(part.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                yield return LineageKeys.Version(LineageKind.Dataset, part[..at], version);
        }
    }
}
