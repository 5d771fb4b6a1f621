using Assay.Inference.Models;
using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Trainers.LightGbm;

namespace Assay.Learning.Trainers;

/// <summary>Gradient-boosted trees, as LightGBM (Ke and others, 2017) fits them.</summary>
internal sealed class LightGbm(ModelTask task, int trainRows, int seed) : ITrainer
{
    private readonly TreeSizes _sizes = TreeSizes.For(trainRows);

    public string Name => "light-gbm";

    public IReadOnlyDictionary<string, string> Parameters => _sizes.Shown;

    public bool Scales => false;

    public Fitted Fit(MLContext context, IDataView rows)
    {
        if (task == ModelTask.Regression)
        {
            var regression = context.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options
            {
                LabelColumnName = nameof(EncodedRow.Target),
                NumberOfIterations = _sizes.Trees,
                NumberOfLeaves = _sizes.Leaves,
                MinimumExampleCountPerLeaf = _sizes.RowsPerLeafMin,
                LearningRate = _sizes.LearningRate,
                UseCategoricalSplit = false,
                HandleMissingValue = false,
                Deterministic = true,
                ForceColumnWise = true,
                NumberOfThreads = 1,
                Seed = seed,
            }).Fit(rows);
            return new(regression, Trees.Of(regression.Model.TrainedTreeEnsemble), Link: null);
        }

        var fitted = context.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
        {
            LabelColumnName = nameof(EncodedRow.Positive),
            NumberOfIterations = _sizes.Trees,
            NumberOfLeaves = _sizes.Leaves,
            MinimumExampleCountPerLeaf = _sizes.RowsPerLeafMin,
            LearningRate = _sizes.LearningRate,
            UseCategoricalSplit = false,
            HandleMissingValue = false,
            Deterministic = true,
            ForceColumnWise = true,
            NumberOfThreads = 1,
            Seed = seed,
        }).Fit(rows);
        var calibrated = (CalibratedModelParametersBase<LightGbmBinaryModelParameters, PlattCalibrator>)fitted.Model;
        var platt = calibrated.Calibrator;
        return new(
            fitted, Trees.Of(calibrated.SubModel.TrainedTreeEnsemble), new((float)platt.Slope, (float)platt.Offset));
    }
}
