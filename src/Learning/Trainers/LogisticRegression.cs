using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Trainers;

namespace Assay.Learning.Trainers;

/// <summary>Logistic regression with an L2 penalty, by limited-memory BFGS.</summary>
internal sealed class LogisticRegression : ITrainer
{
    private const float L2 = 1;

    public string Name => "logistic-regression";

    public IReadOnlyDictionary<string, string> Parameters { get; } =
        new Dictionary<string, string> { ["l2"] = "1", ["optimizer"] = "l-bfgs" };

    public bool Scales => true;

    public Fitted Fit(MLContext context, IDataView rows)
    {
        var trainer = context.BinaryClassification.Trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options
        {
            LabelColumnName = nameof(EncodedRow.Positive),
            L1Regularization = 0,
            L2Regularization = L2,
            NumberOfThreads = 1,
        });
        var fitted = trainer.Fit(context.Data.Cache(rows));
        var calibrated = (CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator>)fitted.Model;
        var (linear, platt) = (calibrated.SubModel, calibrated.Calibrator);
        return new(fitted, new LinearScore([.. linear.Weights.Select(weight => (double)weight)], linear.Bias), new((float)platt.Slope, (float)platt.Offset));
    }
}
