using System.Text.Json;
using Assay.Data;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Registry.Approvals;
using Assay.Registry.Packages;
using Assay.Registry.Versions;

namespace Assay.Registry.Attestations;

/// <summary>What the registry states of a version when it comes in: how it was evaluated, which rules its data met, and who brought it in.</summary>
internal sealed class RegistrationStatements(AssayDb db, IDatasets datasets, IAttestations attestations, MakerStatement makers)
{
    public async Task State(ModelVersion version, VersionMakers made, CancellationToken cancel)
    {
        var evaluation = PackagedEvaluation.Read(JsonSerializer.Deserialize<JsonElement>(version.EvaluationJson, AssayJson.Options));
        if (evaluation.Metrics.Count > 0)
            await attestations.Add(version.Model, version.Version, Predicates.Evaluation, Predicates.Write(Evaluated(version, evaluation)), cancel);

        foreach (var dataset in TrainedOn.Of(evaluation, version.Dataset, version.DatasetDigest))
        {
            // A package from elsewhere may name data that was never here: nothing was checked, so nothing is stated.
            if (await datasets.Find(dataset.Name, dataset.Version, cancel) is { } found && found.Version.Digest == dataset.Digest)
                await attestations.Add(version.Model, version.Version, Predicates.TestResult, Predicates.Write(Checked(found)), cancel);
        }

        await makers.State(version, made, cancel);
    }

    private static EvaluationPredicate Evaluated(ModelVersion version, PackagedEvaluation evaluation)
    {
        var document = VersionBook.Files(version).FirstOrDefault(file => file.Path == PackageFiles.Evaluation);
        var winner = evaluation.CrossValidation.FirstOrDefault(line => line.Trainer == evaluation.Trainer);
        return new(
            evaluation.Metric,
            [.. evaluation.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(metric => new MeasuredValue(metric.Key, metric.Value))],
            evaluation.Holdout is { } holdout
                ? new EvaluatedRows(holdout.Rows, Digest.TryParse(holdout.Digest, null, out var rows) ? Predicates.Sha256(rows.ToString()) : null)
                : null,
            winner is null ? null : new FoldedValue(winner.Metric, winner.Mean, winner.Std, winner.FoldMetrics?.Count),
            evaluation.Champion is { Difference: { } difference } champion
                ? new ComparedWith(
                    Digest.TryParse(champion.Digest, null, out var other) ? Predicates.Sha256(other.ToString()) : null,
                    evaluation.Metric, difference.Difference, difference.Low, difference.High, 0.95, champion.Better)
                : null,
            document is null ? null : new ResourceDescriptor(document.Path, null, Predicates.Sha256(document.Digest)));
    }

    private TestResultPredicate Checked(DatasetVersionDetail dataset)
    {
        var version = dataset.Version;
        var rules = dataset.Checks.Select(check => new { check.Rule, check.Bound }).OrderBy(rule => rule.Rule, StringComparer.Ordinal);
        var digest = Digest.Of(CanonicalJson.Write(rules, AssayJson.Options));
        return new(
            dataset.Checks.All(check => check.Passed) ? TestResultPredicate.Passed : TestResultPredicate.Failed,
            [
                new($"rules of {version.Dataset}", AssayNames.Of(db.CurrentProject!, "datasets", version.Dataset, "rules"), Predicates.Sha256(digest.ToString())),
                new($"{version.Dataset} version {version.Version}", AssayNames.Dataset(db.CurrentProject!, version.Dataset, version.Version), Predicates.Sha256(version.Digest)),
            ],
            AssayNames.Dataset(db.CurrentProject!, version.Dataset, version.Version),
            [.. dataset.Checks.Where(check => check.Passed).Select(check => check.Rule)],
            [],
            [.. dataset.Checks.Where(check => !check.Passed).Select(check => check.Rule)]);
    }
}
