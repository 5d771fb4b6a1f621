using System.Globalization;
using Assay.Inference.Models;
using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Trainers.FastTree;

namespace Assay.Learning.Trainers;

/// <summary>Gradient-boosted trees, as ML.NET's own FastTree fits them.</summary>
internal sealed class FastTree(ModelTask task, int trainRows, int seed) : ITrainer
{
    private readonly TreeSizes _sizes = TreeSizes.For(trainRows);

    public string Name => "fast-tree";

    public IReadOnlyDictionary<string, string> Parameters => _sizes.Shown;

    public bool Scales => false;

    public Fitted Fit(MLContext context, IDataView rows)
    {
        if (task == ModelTask.Regression)
        {
            var regression = context.Regression.Trainers.FastTree(Set(new FastTreeRegressionTrainer.Options
            {
                LabelColumnName = nameof(EncodedRow.Target),
            })).Fit(rows);
            return new(regression, Trees.Of(regression.Model.TrainedTreeEnsemble), Link: null);
        }

        var fitted = context.BinaryClassification.Trainers.FastTree(Set(new FastTreeBinaryTrainer.Options
        {
            LabelColumnName = nameof(EncodedRow.Positive),
        })).Fit(rows);
        var calibrated = (CalibratedModelParametersBase<FastTreeBinaryModelParameters, PlattCalibrator>)fitted.Model;
        var platt = calibrated.Calibrator;
        return new(
            fitted, Trees.Of(calibrated.SubModel.TrainedTreeEnsemble), new((float)platt.Slope, (float)platt.Offset));
    }

    private T Set<T>(T options)
        where T : BoostedTreeOptions
    {
        options.NumberOfTrees = _sizes.Trees;
        options.NumberOfLeaves = _sizes.Leaves;
        options.MinimumExampleCountPerLeaf = _sizes.RowsPerLeafMin;
        options.LearningRate = _sizes.LearningRate;
        options.Seed = seed;
        options.FeatureSelectionSeed = seed;
        options.NumberOfThreads = 1;
        return options;
    }
}

/// <summary>How large boosted trees may grow; small tables get small leaves, so that they can be split at all.</summary>
internal sealed record TreeSizes(int Trees, int Leaves, int RowsPerLeafMin, double LearningRate)
{
    public IReadOnlyDictionary<string, string> Shown => new Dictionary<string, string>
    {
        ["trees"] = Trees.ToString(CultureInfo.InvariantCulture),
        ["leaves"] = Leaves.ToString(CultureInfo.InvariantCulture),
        ["rowsPerLeafMin"] = RowsPerLeafMin.ToString(CultureInfo.InvariantCulture),
        ["learningRate"] = LearningRate.ToString(CultureInfo.InvariantCulture),
    };

    public static TreeSizes For(int trainRows) => trainRows < 10_000
        ? new(Trees: 100, Leaves: 12, RowsPerLeafMin: Math.Clamp(trainRows / 100, 2, 20), LearningRate: 0.1)
        : new(Trees: 200, Leaves: 31, RowsPerLeafMin: 20, LearningRate: 0.1);
}
