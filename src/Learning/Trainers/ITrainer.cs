using Assay.Inference.Models;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Assay.Learning.Trainers;

/// <summary>A way to fit a model. Single-threaded and seeded, so that the same rows give the same model on any machine.</summary>
internal interface ITrainer
{
    /// <summary>As the leaderboard calls it.</summary>
    string Name { get; }

    /// <summary>Hyperparameters, as the leaderboard shows them.</summary>
    IReadOnlyDictionary<string, string> Parameters { get; }

    /// <summary>Whether numbers must be scaled for it.</summary>
    bool Scales { get; }

    /// <summary>Fits rows that were encoded as <see cref="EncodedRow"/>.</summary>
    Fitted Fit(MLContext context, IDataView rows);
}

/// <summary>What a trainer made, in the form that can be exported.</summary>
/// <param name="Transformer">Predicts within ML.NET; null when what was fitted is the <see cref="LinearScore"/> itself.</param>
/// <param name="Score">The function of the encoded vector.</param>
/// <param name="Link">From the score to a probability; null when the score is the prediction.</param>
internal sealed record Fitted(ITransformer? Transformer, ScoreFunction Score, SigmoidLink? Link);

/// <summary>probability = 1 / (1 + exp(Slope · score + Offset)), Platt's form.</summary>
internal sealed record SigmoidLink(float Slope, float Offset);

/// <summary>A number for each encoded vector.</summary>
internal abstract record ScoreFunction;

/// <summary>Σ weight · value + bias.</summary>
internal sealed record LinearScore(double[] Weights, double Bias) : ScoreFunction
{
    /// <summary>Summed in double precision, then rounded to single.</summary>
    public float Of(in VBuffer<float> vector)
    {
        var sum = Bias;
        foreach (var (slot, value) in vector.Items())
            sum += Weights[slot] * value;
        return (float)sum;
    }
}

/// <summary>Bias + the sum of one leaf per tree.</summary>
internal sealed record TreesScore(IReadOnlyList<DecisionTree> Trees, double Bias) : ScoreFunction;

/// <summary>A binary tree of comparisons; a child c ≥ 0 is the comparison at c, and c &lt; 0 is the leaf at ~c.</summary>
/// <param name="Slots">Of each comparison the position in the vector.</param>
/// <param name="Thresholds">Of each comparison: a value up to this goes left.</param>
/// <param name="Left">Of each comparison its left child.</param>
/// <param name="Right">Of each comparison its right child.</param>
/// <param name="Leaves">Value of each leaf, the tree's weight multiplied in. A tree without comparisons has one.</param>
/// <param name="Rows">Of each comparison and then of each leaf how many training rows come there; null when they weren't counted.</param>
internal sealed record DecisionTree(int[] Slots, float[] Thresholds, int[] Left, int[] Right, double[] Leaves, int[]? Rows = null);

/// <summary>One row as ML.NET reads it.</summary>
internal sealed class EncodedRow
{
    public VBuffer<float> Features { get; set; }

    /// <summary>The class, for classification.</summary>
    public bool Positive { get; set; }

    /// <summary>The number, for regression.</summary>
    public float Target { get; set; }
}

/// <summary>The trainers that compete.</summary>
internal static class AllTrainers
{
    public static IReadOnlyList<ITrainer> For(ModelTask task, int trainRows, int seed) =>
        task == ModelTask.Classification
            ? [new LogisticRegression(), new FastTree(task, trainRows, seed), new LightGbm(task, trainRows, seed)]
            : [new LinearRegression(), new FastTree(task, trainRows, seed), new LightGbm(task, trainRows, seed)];
}
