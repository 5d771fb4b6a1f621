using Assay.Inference.Models;
using Assay.Learning.Features;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Assay.Learning.Trainers;

/// <summary>A fitted model together with the encoding that it was fitted on.</summary>
internal sealed class TrainedModel
{
    private readonly MLContext _context;
    private readonly Fitted _fitted;

    private TrainedModel(MLContext context, Encoder encoder, Fitted fitted, TargetScale target)
    {
        (_context, Encoder, _fitted) = (context, encoder, fitted);
        Score = fitted.Score is LinearScore linear && fitted.Link is null ? target.Restore(linear) : fitted.Score;
    }

    public Encoder Encoder { get; }

    /// <summary>The function of the encoded vector; for regression in the label's unit.</summary>
    public ScoreFunction Score { get; }

    /// <summary>From the score to a probability; null for regression.</summary>
    public SigmoidLink? Link => _fitted.Link;

    /// <summary>
    /// Fits a trainer on some rows. A trainer can't be interrupted, so a cancelled caller leaves it to end by itself and
    /// throws its model away.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Task<TrainedModel> Fit(
        ITrainer trainer, LearningRows rows, int[] positions, int seed, CancellationToken cancel) =>
        Task.Run(() => Fit(trainer, rows, positions, seed), cancel).WaitAsync(cancel);

    private static TrainedModel Fit(ITrainer trainer, LearningRows rows, int[] positions, int seed)
    {
        var context = new MLContext(seed);
        var encoder = Encoder.Fit(rows.Features, positions, trainer.Scales);
        var target = rows.Task == ModelTask.Regression && trainer.Scales ? TargetScale.Fit(rows.Labels, positions) : TargetScale.None;
        var fitted = trainer.Fit(context, View(context, encoder, rows, positions, target));
        return new(context, encoder, fitted, target);
    }

    /// <summary>
    /// What the trainer itself predicts: probabilities of the positive class, or numbers in the label's unit.
    /// </summary>
    public float[] Predict(LearningRows rows, int[] positions)
    {
        if (_fitted.Transformer is not { } transformer)
            return Array.ConvertAll(positions, row => ((LinearScore)Score).Of(Encoder.Encode(row)));
        var predicted = transformer.Transform(View(_context, Encoder, rows, positions, TargetScale.None));
        return [.. predicted.GetColumn<float>(Link is null ? "Score" : "Probability")];
    }

    private static IDataView View(MLContext context, Encoder encoder, LearningRows rows, int[] positions, TargetScale target)
    {
        var schema = SchemaDefinition.Create(typeof(EncodedRow));
        schema[nameof(EncodedRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, encoder.Width);
        return context.Data.LoadFromEnumerable(Rows(), schema);

        // Made anew each time that a trainer reads them: rows in memory once more would be the largest thing in it.
        IEnumerable<EncodedRow> Rows()
        {
            foreach (var row in positions)
            {
                yield return new EncodedRow
                {
                    Features = encoder.Encode(row),
                    Positive = rows.Labels[row] == 1,
                    Target = target.Reduce(rows.Labels[row]),
                };
            }
        }
    }
}

/// <summary>Scales a label to mean 0 and deviation 1 of the training rows, for trainers whose steps depend on its unit.</summary>
internal sealed record TargetScale(double Mean, double Deviation)
{
    public static readonly TargetScale None = new(0, 1);

    public static TargetScale Fit(double[] labels, int[] positions)
    {
        var moments = new Statistics.Sketches.Moments();
        foreach (var row in positions)
            moments.Add(labels[row]);
        return new(moments.Mean, moments.StandardDeviation > 0 ? moments.StandardDeviation : 1);
    }

    public float Reduce(double label) => (float)((label - Mean) / Deviation);

    /// <summary>The same function in the label's own unit.</summary>
    public LinearScore Restore(LinearScore scaled) =>
        new(Array.ConvertAll(scaled.Weights, weight => weight * Deviation), (scaled.Bias * Deviation) + Mean);
}
