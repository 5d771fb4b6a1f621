using Assay.Learning.Trainers;
using Microsoft.ML.Data;

namespace Assay.Tests.Learning;

public sealed class LeastSquaresTests
{
    [Fact]
    public void Weights_are_those_that_the_normal_equations_give()
    {
        // By hand: x = 0, 1, 2, 3 and y = 1, 3, 5, 9 have mean 1.5 and 4.5, Sxx = 5, Sxy = 13; with the penalty
        // 4 · 0.25 = 1 the slope is 13 / (5 + 1) and the bias 4.5 − slope · 1.5.
        var solved = new LeastSquares(Rows([0], [1], [2], [3]), [1, 3, 5, 9], l2: 0.25).Solve();

        Assert.Equal(13.0 / 6, solved.Weights[0], 1e-9);
        Assert.Equal(4.5 - (13.0 / 6 * 1.5), solved.Bias, 1e-9);
    }

    [Fact]
    public void Columns_that_say_the_same_share_the_weight()
    {
        var solved = new LeastSquares(Rows([1, 1], [-1, -1], [2, 2], [-2, -2]), [2, -2, 4, -4], l2: 1e-9).Solve();

        Assert.Equal([1, 1], solved.Weights.Select(weight => Math.Round(weight, 6)));
        Assert.Equal(0, solved.Bias, 1e-6);
    }

    [Fact]
    public void Sparse_rows_count_like_dense_ones()
    {
        VBuffer<float>[] sparse = [new(3, 1, [2f], [1]), new(3, 1, [3f], [2]), new(3, 0, [], []), new(3, 2, [1f, -1f], [0, 1])];
        float[][] dense = [.. sparse.Select(row => row.DenseValues().ToArray())];
        float[] targets = [1, 2, 3, 5];

        var fromSparse = new LeastSquares(sparse, targets, 0.01).Solve();

        Assert.Equal(new LeastSquares(Rows(dense), targets, 0.01).Solve().Weights, fromSparse.Weights);
    }

    [Fact]
    public void Numbers_that_are_too_large_are_refused_rather_than_learned()
    {
        var rows = Rows([float.MaxValue], [float.NaN], [1]);

        Assert.Throws<InvalidOperationException>(() => new LeastSquares(rows, [1, 2, 3], 1e-4).Solve());
    }

    private static VBuffer<float>[] Rows(params float[][] rows) => Array.ConvertAll(rows, row => new VBuffer<float>(row.Length, row));
}
