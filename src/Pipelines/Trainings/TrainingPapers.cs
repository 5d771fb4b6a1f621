using System.Globalization;
using System.Text.Json;
using Assay.Governance.Keys;
using Assay.Kernel;
using Assay.Learning;
using Assay.Registry;

namespace Assay.Pipelines.Trainings;

/// <summary>Hands a trained package to the registry, with its runs and with the signed statement of how it was trained.</summary>
internal sealed class TrainingPapers(TrainingRuns runs, IModels models, IAttestations attestations, ISigningKeys keys, AssayDb db, TimeProvider clock)
{
    /// <summary>What the statement's <c>externalParameters</c> are; docs/reference/attestations.md describes them.</summary>
    private const string BuildType = AssayNames.Base + "/training/v1";

    /// <summary>Registers the version; the statement is among the changes that the caller saves.</summary>
    public async Task<ModelVersionDetail> Register(Training training, TrainingFolder folder, TrainingOutcome outcome, CancellationToken cancel)
    {
        var endedAt = clock.GetUtcNow();
        var datasets = JsonSerializer.Deserialize<List<TrainingDataset>>(training.DatasetsJson, AssayJson.Options)!;
        var runId = await runs.Record(training, outcome, folder.MadeAt, endedAt, cancel);
        var registered = await models.Register(
            new NewVersion(training.Model, outcome.Metrics, runId, datasets[0].Name, datasets[0].Digest, training.RequestedBy), folder.Package, cancel);

        var predicate = Predicates.Write(new
        {
            BuildDefinition = new
            {
                BuildType,
                ExternalParameters = External(training, datasets),
                InternalParameters = Internal(outcome),
                ResolvedDependencies = Dependencies(datasets, registered),
            },
            RunDetails = new
            {
                Builder = new { Id = AssayNames.Installation(keys.InstallationHint), Version = outcome.Environment },
                Metadata = new
                {
                    InvocationId = AssayNames.Of(db.CurrentProject!, "trainings", training.Id),
                    StartedOn = folder.MadeAt,
                    FinishedOn = endedAt,
                },
                Byproducts = new[] { new ResourceDescriptor("run", AssayNames.Of(db.CurrentProject!, "runs", runId)) },
            },
        });
        await attestations.Add(training.Model, registered.Version.Version, Predicates.Provenance, predicate, cancel);
        return registered;
    }

    // What somebody asked for. Whoever verifies must know every one of these: a new one needs another build type.
    private static object External(Training training, List<TrainingDataset> datasets) => new
    {
        training.Model,
        training.Label,
        Task = training.Task?.ToString().ToLowerInvariant(),
        Seed = training.Seed ?? TrainingRequest.DefaultSeed,
        Datasets = datasets.Select(dataset => $"{dataset.Name}@{dataset.Version.ToString(CultureInfo.InvariantCulture)}"),
    };

    // What Assay chose by itself.
    private static object Internal(TrainingOutcome outcome) => new
    {
        Task = outcome.Task.ToString().ToLowerInvariant(),
        Trainers = outcome.Candidates.Select(candidate => candidate.Trainer),
        outcome.Trainer,
        outcome.Candidates.First(candidate => candidate.Trainer == outcome.Trainer).Params,
        outcome.ExcludedColumns,
    };

    private List<ResourceDescriptor> Dependencies(List<TrainingDataset> datasets, ModelVersionDetail registered)
    {
        var found = datasets.ConvertAll(dataset => new ResourceDescriptor(
            $"dataset {dataset.Name} version {dataset.Version}",
            AssayNames.Dataset(db.CurrentProject!, dataset.Name, dataset.Version),
            Predicates.Sha256(dataset.Digest)));
        if (CodeVersion.Commit is { } commit)
            found.Add(new("code", null, new Dictionary<string, string> { ["gitCommit"] = commit }));

        // The model in production, which the new one was measured against, decided nothing in it; but it was read.
        if (registered.Evaluation.TryGetProperty("champion", out var champion) && champion.ValueKind == JsonValueKind.Object
            && champion.TryGetProperty("digest", out var digest) && digest.GetString() is { } other)
            found.Add(new("model in production", null, Predicates.Sha256(other)));
        return found;
    }
}
