using Assay.Inference.Graphs;

namespace Assay.Inference.Compiled;

/// <summary>A function from encoded vectors to scores, prepared for being asked often.</summary>
internal abstract class ScoreTable
{
    /// <summary>The fastest form of what was read from a graph.</summary>
    /// <exception cref="NotSupportedException">It can't be computed here.</exception>
    public static ScoreTable Of(ScoreInSteps read) => (read.Score, read.InDouble) switch
    {
        (ForestColumnScore trees, true) => new TreeTable<double>(trees.Forest, trees.Bias),
        (ForestColumnScore trees, false) => new TreeTable<float>(trees.Forest, trees.Bias),
        (LinearColumnScore linear, true) => new WeightTable<double>(linear.Weights, linear.Bias, PanelRows.OfDouble),
        (LinearColumnScore linear, false) => new WeightTable<float>(linear.Weights, linear.Bias, PanelRows.OfSingle),
        _ => throw new NotSupportedException("A score is a sum of leaves or of products."),
    };

    /// <param name="vectors">One after the other.</param>
    /// <param name="width">Values of a vector.</param>
    /// <param name="scores">One per vector.</param>
    public abstract void Score(ReadOnlySpan<float> vectors, int width, Span<float> scores);
}
