namespace Assay.Statistics.Special;

/// <summary>Linear equations with a symmetric positive definite matrix, by Cholesky's decomposition.</summary>
public static class PositiveDefinite
{
    /// <summary>Solves matrix · x = right. Only the lower triangle is read; it is overwritten.</summary>
    /// <exception cref="ArgumentException">The matrix is not positive definite.</exception>
    public static double[] Solve(double[,] matrix, double[] right)
    {
        Decompose(matrix, right.Length);
        var solution = (double[])right.Clone();
        for (var row = 0; row < solution.Length; row++)
        {
            for (var column = 0; column < row; column++)
                solution[row] -= matrix[row, column] * solution[column];
            solution[row] /= matrix[row, row];
        }

        for (var row = solution.Length - 1; row >= 0; row--)
        {
            for (var below = row + 1; below < solution.Length; below++)
                solution[row] -= matrix[below, row] * solution[below];
            solution[row] /= matrix[row, row];
        }

        return solution;
    }

    private static void Decompose(double[,] matrix, int size)
    {
        for (var column = 0; column < size; column++)
        {
            for (var row = column; row < size; row++)
            {
                var rest = matrix[row, column];
                for (var i = 0; i < column; i++)
                    rest -= matrix[row, i] * matrix[column, i];
                if (row > column)
                    matrix[row, column] = rest / matrix[column, column];
                else if (rest > 0)
                    matrix[row, column] = Math.Sqrt(rest);
                else
                    throw new ArgumentException("The matrix is not positive definite.", nameof(matrix));
            }
        }
    }
}
