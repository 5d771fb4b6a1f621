namespace Assay.Statistics.Special;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations (Golub and Van Loan, Matrix Computations, 8.5).</summary>
/// <param name="Values">Falling.</param>
/// <param name="Vectors">Row i belongs to value i; the rows have length 1 and are orthogonal.</param>
internal sealed record SymmetricEigen(double[] Values, double[][] Vectors)
{
    private const int SweepsMax = 60;

    /// <summary>Of a matrix that is symmetric; it is not changed.</summary>
    public static SymmetricEigen Of(double[][] matrix)
    {
        var size = matrix.Length;
        var a = Array.ConvertAll(matrix, row => (double[])row.Clone());
        var vectors = new double[size][];
        for (var i = 0; i < size; i++)
            (vectors[i] = new double[size])[i] = 1;
        for (var sweep = 0; sweep < SweepsMax && OffDiagonal(a) > 0; sweep++)
        {
            for (var p = 0; p < size - 1; p++)
            {
                for (var q = p + 1; q < size; q++)
                    Rotate(a, vectors, p, q);
            }
        }

        var order = Enumerable.Range(0, size).OrderByDescending(i => a[i][i]).ToArray();
        return new(Array.ConvertAll(order, i => a[i][i]), Array.ConvertAll(order, i => vectors[i]));
    }

    private static double OffDiagonal(double[][] a)
    {
        var sum = 0.0;
        for (var p = 0; p < a.Length; p++)
        {
            for (var q = p + 1; q < a.Length; q++)
                sum += Math.Abs(a[p][q]);
        }

        return sum;
    }

    private static void Rotate(double[][] a, double[][] vectors, int p, int q)
    {
        var off = a[p][q];
        if (Math.Abs(off) <= 1e-18 * Math.Sqrt(Math.Abs(a[p][p] * a[q][q])) || Math.Abs(off) < 1e-300)
        {
            a[p][q] = a[q][p] = 0;
            return;
        }

        var theta = (a[q][q] - a[p][p]) / (2 * off);
        var tangent = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        var cosine = 1 / Math.Sqrt((tangent * tangent) + 1);
        var sine = tangent * cosine;
        for (var i = 0; i < a.Length; i++)
            (a[i][p], a[i][q]) = ((cosine * a[i][p]) - (sine * a[i][q]), (sine * a[i][p]) + (cosine * a[i][q]));
        Turn(a, p, q, cosine, sine);
        Turn(vectors, p, q, cosine, sine);
        a[p][q] = a[q][p] = 0;
    }

    private static void Turn(double[][] rows, int p, int q, double cosine, double sine)
    {
        var (first, second) = (rows[p], rows[q]);
        for (var i = 0; i < first.Length; i++)
            (first[i], second[i]) = ((cosine * first[i]) - (sine * second[i]), (sine * first[i]) + (cosine * second[i]));
    }
}
