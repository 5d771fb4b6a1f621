using Microsoft.ML;
using Microsoft.ML.Data;

namespace Assay.Learning.Trainers;

/// <summary>
/// Least squares with an L2 penalty. ML.NET's stochastic dual coordinate ascent is not used: with few columns its steps of
/// the bias end far from the minimum, or in no number at all.
/// </summary>
internal sealed class LinearRegression : ITrainer
{
    private const double L2 = 1e-4;

    public string Name => "linear-regression";

    public IReadOnlyDictionary<string, string> Parameters { get; } =
        new Dictionary<string, string> { ["l2"] = "0.0001", ["optimizer"] = "conjugate gradients" };

    public bool Scales => true;

    public Fitted Fit(MLContext context, IDataView rows)
    {
        float[] targets = [.. rows.GetColumn<float>(nameof(EncodedRow.Target))];
        return new(Transformer: null, new LeastSquares(Vectors(rows), targets, L2).Solve(), Link: null);
    }

    // Not by GetColumn, which hands out the same buffer for every row.
    private static VBuffer<float>[] Vectors(IDataView rows)
    {
        var column = rows.Schema[nameof(EncodedRow.Features)];
        using var cursor = rows.GetRowCursor([column]);
        var read = cursor.GetGetter<VBuffer<float>>(column);
        List<VBuffer<float>> vectors = [];
        while (cursor.MoveNext())
        {
            VBuffer<float> vector = default;
            read(ref vector);
            vectors.Add(vector);
        }

        return [.. vectors];
    }
}
