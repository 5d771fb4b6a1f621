using Assay.Inference.Explanations;
using Assay.Inference.Models;

namespace Assay.InferenceBench;

/// <summary>What it costs to say why, against what it costs to predict.</summary>
internal static class Explaining
{
    public static void Measure(string what, WideModel wide, int rows)
    {
        using var model = InferenceModel.Load(wide.File);
        using var read = model.Read(wide.Body(rows, seed: 1));
        var predictions = new float[rows];
        foreach (var method in new[] { ExplanationMethod.TreeShap, ExplanationMethod.BackgroundTreeShap })
        {
            var wish = new ExplanationWish(method);
            var error = model.Explain(read, wish).Explanations.Max(row => row.AdditivityError);
            var (explained, predicted) = Rate.Compare(() => model.Explain(read, wish), () => model.Predict(read, predictions));
            Console.WriteLine($"  {what}, {method}: {explained * rows,9:N0} rows/s of {predicted * rows,11:N0} rows/s predicted; largest additivity error {error:g2}");
        }
    }
}
