using Microsoft.ML.Trainers.FastTree;

namespace Assay.Learning.Trainers;

/// <summary>Reads ML.NET's tree ensembles.</summary>
internal static class Trees
{
    public static TreesScore Of(RegressionTreeEnsemble ensemble) => new(
        [.. ensemble.Trees.Select((tree, i) => Of(tree, ensemble.TreeWeights[i]))],
        ensemble.Bias);

    private static DecisionTree Of(RegressionTree tree, double weight)
    {
        if (tree.CategoricalSplitFlags.Any(categorical => categorical))
            throw new NotSupportedException("A tree splits on a set of categories, which the exporter can't write.");
        return new(
            [.. tree.NumericalSplitFeatureIndexes.Take(tree.NumberOfNodes)],
            [.. tree.NumericalSplitThresholds.Take(tree.NumberOfNodes)],
            [.. tree.LeftChild.Take(tree.NumberOfNodes)],
            [.. tree.RightChild.Take(tree.NumberOfNodes)],
            [.. tree.LeafValues.Take(tree.NumberOfLeaves).Select(leaf => leaf * weight)]);
    }
}
