using Assay.Data;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Registry.Gates;
using Assay.Registry.Packages;
using Assay.Registry.Signatures;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Cards;

/// <summary>Puts cards together: the facts from the version's package, the words from the newest card.</summary>
internal sealed class CardBook(AssayDb db, SignedEvaluation signed, IDatasets datasets)
{
    public IQueryable<Card> Rows(ModelVersion version) =>
        db.Cards.AsNoTracking().Where(card => card.Model == version.Model && card.Version == version.Version);

    /// <summary>The card of that number, or the newest; a card without words while there is none.</summary>
    public async Task<ModelCard> Find(ModelVersion version, int? number, CancellationToken cancel)
    {
        var row = await Rows(version)
            .Where(card => number == null || card.Number == number)
            .OrderByDescending(card => card.Number)
            .FirstOrDefaultAsync(cancel);
        if (row is null && number is > 0)
            throw Refusal.NotFound("card", $"{version.Model}@{version.Version}/{number}");
        var facts = await Facts(version, cancel);
        return row is null
            ? new(facts, new CardWords(), 0, null, null, null)
            : new(facts, row.Words(), row.Number, row.WrittenBy, row.WrittenAt, row.Attestation);
    }

    private async Task<CardFacts> Facts(ModelVersion version, CancellationToken cancel)
    {
        var detail = await signed.Describe(version, cancel);
        var evaluation = PackagedEvaluation.Read(detail.Evaluation);
        return new(
            db.CurrentProject!,
            version.Model,
            version.Version,
            version.Digest,
            version.CreatedAt,
            detail.Schema,
            evaluation.Trainer,
            [.. detail.Files.Where(file => file.Path is not Inference.Models.PackageFiles.Signature and not SignedFolder.PublicKeyFile)],
            Metrics(detail, evaluation),
            evaluation is { Champion.Difference: { } advantage, Metric: { } metric } ? new(metric, advantage.Difference, advantage.Low, advantage.High) : null,
            await Datasets(evaluation, version, cancel),
            evaluation.TrainRows,
            evaluation.Holdout?.Rows,
            [.. evaluation.ExcludedColumns.Select(column => new CardExclusion(column.Column, column.Reason))],
            evaluation.Notes);
    }

    private static List<CardMetric> Metrics(ModelVersionDetail detail, PackagedEvaluation evaluation)
    {
        var all = detail.Version.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(metric => new CardMetric(metric.Key, metric.Value));
        var slices = from column in evaluation.Segments
                     from segment in column.Groups
                     where segment is { Auc: not null, Value: not null }
                     select new CardMetric("auc", segment.Auc!.Value, $"{column.Column} = {segment.Value}");
        return [.. all, .. slices];
    }

    private async Task<List<CardDataset>> Datasets(PackagedEvaluation evaluation, ModelVersion version, CancellationToken cancel)
    {
        var found = new List<CardDataset>();
        foreach (var data in TrainedOn.Of(evaluation, version.Dataset, version.DatasetDigest))
        {
            var here = (await datasets.Find(data.Name, data.Version, cancel))?.Version;
            var same = here?.Digest == data.Digest;
            found.Add(new(data.Name, same ? here!.Version : data.Version, data.Digest, same ? here!.Rows : null, same ? here!.Synthetic : null));
        }

        return found;
    }
}
