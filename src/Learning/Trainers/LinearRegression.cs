using Microsoft.ML;
using Microsoft.ML.Trainers;

namespace Assay.Learning.Trainers;

/// <summary>Least squares with an L2 penalty, by stochastic dual coordinate ascent (Shalev-Shwartz and Zhang, 2013).</summary>
internal sealed class LinearRegression : ITrainer
{
    public string Name => "linear-regression";

    public IReadOnlyDictionary<string, string> Parameters { get; } =
        new Dictionary<string, string> { ["l2"] = "0.0001", ["optimizer"] = "sdca" };

    public bool Scales => true;

    public Fitted Fit(MLContext context, IDataView rows)
    {
        var trainer = context.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options
        {
            LabelColumnName = nameof(EncodedRow.Target),
            L1Regularization = 0,
            L2Regularization = 1e-4f,
            MaximumNumberOfIterations = 50,
            NumberOfThreads = 1,
        });
        var fitted = trainer.Fit(context.Data.Cache(rows));
        return new(fitted, new LinearScore([.. fitted.Model.Weights.Select(weight => (double)weight)], fitted.Model.Bias), Link: null);
    }
}
