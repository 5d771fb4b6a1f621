using Assay.Data.Lineage;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Lineage;

/// <summary>Which runs have read a dataset or a model, and what models a run has logged.</summary>
internal sealed class StepsAfter(AssayDb db)
{
    public async Task<IReadOnlyList<LineageLink>> Of(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel)
    {
        var links = new List<LineageLink>();
        foreach (var input in keys.Where(key => key.Kind == LineageKind.Input))
            await OfInput(input, links, max, cancel);
        var (runs, models) = (keys.Names(LineageKind.Run), keys.Names(LineageKind.LoggedModel));
        if (runs.Count > 0)
            await OfRuns(runs, links, max, cancel);
        if (models.Count > 0)
            await OfModels(models, links, max, cancel);
        return links;
    }

    // Every experiment describes its datasets for itself; name and digest together say which are the same.
    private async Task OfInput(LineageKey input, List<LineageLink> links, int max, CancellationToken cancel)
    {
        var runs = await (from experiment in db.Experiments
                          join dataset in db.InputDatasets on experiment.Key equals dataset.ExperimentKey
                          join read in db.RunInputs on dataset.Key equals read.DatasetKey
                          join run in db.Runs on read.RunKey equals run.Key
                          where dataset.Name == input.Name && dataset.Digest == input.Part
                          orderby run.Key descending
                          select run.Id).Take(max).ToListAsync(cancel);
        links.AddRange(runs.Select(run => new LineageLink(input, new(LineageKind.Run, run), "read")));
    }

    private async Task OfRuns(List<string> ids, List<LineageLink> links, int max, CancellationToken cancel)
    {
        var runs = await db.Runs.Where(run => ids.Contains(run.Id)).Select(run => new { run.Key, run.Id }).ToDictionaryAsync(
            run => run.Key, run => run.Id, cancel);
        var keys = runs.Keys.ToList();
        var outputs = await db.RunModels.Where(model => keys.Contains(model.RunKey) && model.IsOutput)
            .OrderBy(model => model.RunKey).ThenBy(model => model.ModelId).Take(max).ToListAsync(cancel);
        var sources = await db.LoggedModels.Where(model => ids.Contains(model.SourceRunId))
            .OrderBy(model => model.Key).Select(model => new { model.Id, model.SourceRunId }).Take(max).ToListAsync(cancel);
        links.AddRange(outputs.Select(row => Logged(runs[row.RunKey], row.ModelId)));
        links.AddRange(sources.Select(row => Logged(row.SourceRunId, row.Id)));
    }

    private async Task OfModels(List<string> ids, List<LineageLink> links, int max, CancellationToken cancel)
    {
        var readers = await (from model in db.RunModels
                             join run in db.Runs on model.RunKey equals run.Key
                             where ids.Contains(model.ModelId) && !model.IsOutput
                             orderby run.Key descending
                             select new { model.ModelId, run.Id }).Take(max).ToListAsync(cancel);
        links.AddRange(readers.Select(row => new LineageLink(new(LineageKind.LoggedModel, row.ModelId), new(LineageKind.Run, row.Id), "read")));
    }

    private static LineageLink Logged(string run, string model) => new(new(LineageKind.Run, run), new(LineageKind.LoggedModel, model), "logged");
}
