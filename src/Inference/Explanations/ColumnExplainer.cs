using Assay.Inference.Graphs;
using Assay.Statistics.Attribution;

namespace Assay.Inference.Explanations;

/// <summary>Explains a model whose linear function or trees could be read, input by input.</summary>
internal sealed class ColumnExplainer
{
    private readonly ColumnScore _score;
    private readonly double[] _means = [];
    private readonly TreeShap? _trees;
    private readonly BackgroundTreeShap? _background;

    private ColumnExplainer(ColumnScore score, ExplanationMethod method) => (_score, Method) = (score, method);

    private ColumnExplainer(LinearColumnScore score, Func<Slot, double> mean)
        : this(score, ExplanationMethod.Linear)
    {
        _means = Array.ConvertAll(score.Slots, slot => mean(slot));
        Base = score.Bias + score.Weights.Zip(_means, (weight, mean) => weight * mean).Sum();
    }

    private ColumnExplainer(ForestColumnScore score, TreeShap trees)
        : this(score, ExplanationMethod.TreeShap)
    {
        _trees = trees;
        Base = score.Bias + trees.ExpectedValue;
    }

    private ColumnExplainer(ForestColumnScore score, BackgroundTreeShap background)
        : this(score, ExplanationMethod.BackgroundTreeShap)
    {
        _background = background;
        Base = score.Bias + background.ExpectedValue;
    }

    public ExplanationMethod Method { get; }

    public double Base { get; }

    /// <summary>What is compared with.</summary>
    public string Background => Method switch
    {
        ExplanationMethod.Linear => "the means of the inputs in the training data, as the baseline has them.",
        ExplanationMethod.TreeShap => "the training rows, as they parted at each node of the trees.",
        _ => Explanations.Background.Sentence,
    };

    /// <summary>The most exact method for this model, or null when it is none that is explained from its inside.</summary>
    /// <param name="score">What is explained.</param>
    /// <param name="mean">Of a linear function: what a place of its vector is on average.</param>
    /// <param name="background">Of trees: rows of cells to compare with.</param>
    public static ColumnExplainer? Best(ColumnScore score, Func<Slot, double> mean, float[][] background) =>
        new[] { ExplanationMethod.Linear, ExplanationMethod.TreeShap, ExplanationMethod.BackgroundTreeShap }
            .Select(method => For(score, method, mean, background)).FirstOrDefault(found => found is not null);

    /// <summary>The method for this model, or null when this model isn't of its kind.</summary>
    public static ColumnExplainer? For(ColumnScore score, ExplanationMethod method, Func<Slot, double> mean, float[][] background) => (score, method) switch
    {
        (LinearColumnScore linear, ExplanationMethod.Linear) => new(linear, mean),
        (ForestColumnScore { Forest.HasShares: true } forest, ExplanationMethod.TreeShap) => new(forest, new TreeShap(forest.Forest)),
        (ForestColumnScore forest, ExplanationMethod.BackgroundTreeShap) => new(forest, new BackgroundTreeShap(forest.Forest, Encoded(score, background))),
        _ => null,
    };

    /// <summary>Writes an attribution for each input, and returns the score.</summary>
    public double Explain(ReadOnlySpan<float> cells, Span<double> attributions)
    {
        var vector = new float[_score.Slots.Length];
        _score.Encode(cells, vector);
        attributions.Clear();
        _trees?.Add(vector, attributions);
        _background?.Add(vector, attributions);
        if (_score is LinearColumnScore linear)
        {
            for (var slot = 0; slot < vector.Length; slot++)
                attributions[_score.Slots[slot].Input] += linear.Weights[slot] * (vector[slot] - _means[slot]);
        }

        return _score.Of(vector);
    }

    private static float[][] Encoded(ColumnScore score, float[][] background) => Array.ConvertAll(background, cells =>
    {
        var vector = new float[score.Slots.Length];
        score.Encode(cells, vector);
        return vector;
    });
}
