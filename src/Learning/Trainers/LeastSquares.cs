using Microsoft.ML.Data;

namespace Assay.Learning.Trainers;

/// <summary>
/// Weights and bias that minimise Σ (weights · row + bias − target)² / rows + l2 · |weights|², by conjugate gradients on the
/// normal equations without forming them (Björck, Numerical Methods for Least Squares Problems, 1996, algorithm 7.4.1).
/// In double precision, and the same on every machine: no random order, one thread.
/// </summary>
internal sealed class LeastSquares(VBuffer<float>[] rows, float[] targets, double l2)
{
    private const int IterationsMax = 1000;

    /// <summary>Of the first gradient's length what the last one may have left.</summary>
    private const double Tolerance = 1e-10;

    private readonly int _width = rows[0].Length;
    private readonly double _penalty = l2 * rows.Length;

    /// <exception cref="InvalidOperationException">The sums left the range of numbers.</exception>
    public LinearScore Solve()
    {
        // The bias is one more weight, of a column of ones, and the only one that costs nothing.
        var solution = new double[_width + 1];
        var rest = Array.ConvertAll(targets, target => (double)target);
        var gradient = Gradient(rest, solution);
        var direction = (double[])gradient.Clone();
        var length = Dot(gradient, gradient);
        var enough = length * Tolerance * Tolerance;
        for (var i = 0; i < IterationsMax && length > enough; i++)
        {
            var moved = Along(direction);
            var step = length / (Dot(moved, moved) + (_penalty * Dot(direction.AsSpan(0, _width), direction.AsSpan(0, _width))));
            Add(solution, step, direction);
            Add(rest, -step, moved);
            gradient = Gradient(rest, solution);
            var former = length;
            length = Dot(gradient, gradient);
            for (var slot = 0; slot < direction.Length; slot++)
                direction[slot] = gradient[slot] + (length / former * direction[slot]);
        }

        return double.IsFinite(length)
            ? new(solution[.._width], solution[_width])
            : throw new InvalidOperationException("The weights are no finite numbers: a feature's values are too large.");
    }

    /// <summary>Of each row what a step of length 1 adds to its prediction.</summary>
    private double[] Along(double[] direction)
    {
        var moved = new double[rows.Length];
        for (var row = 0; row < rows.Length; row++)
        {
            var sum = direction[_width];
            foreach (var (slot, value) in rows[row].Items())
                sum += value * direction[slot];
            moved[row] = sum;
        }

        return moved;
    }

    /// <summary>Half of the steepest descent's direction, times the rows.</summary>
    private double[] Gradient(double[] rest, double[] solution)
    {
        var gradient = new double[_width + 1];
        for (var row = 0; row < rows.Length; row++)
        {
            foreach (var (slot, value) in rows[row].Items())
                gradient[slot] += value * rest[row];
            gradient[_width] += rest[row];
        }

        for (var slot = 0; slot < _width; slot++)
            gradient[slot] -= _penalty * solution[slot];
        return gradient;
    }

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }

    private static void Add(double[] sum, double factor, double[] other)
    {
        for (var i = 0; i < sum.Length; i++)
            sum[i] += factor * other[i];
    }
}
