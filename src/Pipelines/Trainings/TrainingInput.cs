using System.Text.Json;
using Assay.Data;
using Assay.Kernel;
using Assay.Learning;
using Assay.Registry;

namespace Assay.Pipelines.Trainings;

/// <summary>Lays out what a training step reads: the request, the datasets in clear, and the model now in production.</summary>
internal sealed class TrainingInput(IDatasets datasets, IModels models, IClearance clearance)
{
    private const string ChampionFolder = "champion";
    private const string Production = "production";

    public async Task Write(Training training, TrainingFolder folder, CancellationToken cancel)
    {
        var files = new List<TrainingFile>();
        foreach (var dataset in JsonSerializer.Deserialize<List<TrainingDataset>>(training.DatasetsJson, AssayJson.Options)!)
            files.Add(await WriteDataset(dataset, files.Count, folder, cancel));

        var (champion, championDigest) = await WriteChampion(training, folder, cancel);
        await folder.WriteRequest(
            new TrainingRequest(
                training.Model,
                training.Label,
                files,
                training.Task,
                training.Seed ?? TrainingRequest.DefaultSeed,
                Champion: champion,
                ChampionDigest: championDigest,
                KeepInputs: training.OnlyIfBetter,
                CompareOnLast: training.OnlyIfBetter),
            cancel);
    }

    private async Task<TrainingFile> WriteDataset(TrainingDataset dataset, int index, TrainingFolder folder, CancellationToken cancel)
    {
        var version = (await datasets.Find(dataset.Name, dataset.Version, cancel))!.Version;
        var file = $"dataset-{index}.{version.Format}";
        await using var content = await datasets.Open(dataset.Name, dataset.Version, cancel);
        await folder.Write(file, content, cancel);
        return new(file, version.Format, dataset.Name, dataset.Version, dataset.Digest);
    }

    private async Task<(string? Folder, string? Digest)> WriteChampion(Training training, TrainingFolder folder, CancellationToken cancel)
    {
        // Models of different labels can't be compared; the gate says so in its own words.
        var champion = await models.Find(training.Model, Production, cancel);
        if (champion is null || champion.Schema.Label != training.Label)
            return (null, null);
        if (await clearance.WhyQuarantined(training.Model, champion.Version.Version, cancel) is not null)
            return (null, null);   // it is not loaded anywhere, and training another version is the way out

        var package = await models.Open(training.Model, Production, cancel);
        foreach (var (path, bytes) in package.Files)
        {
            await using var content = new MemoryStream(bytes, writable: false);
            await folder.Write(Path.Combine(ChampionFolder, path), content, cancel);
        }

        return (ChampionFolder, package.Digest);
    }
}
