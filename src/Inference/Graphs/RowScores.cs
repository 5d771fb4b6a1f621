namespace Assay.Inference.Graphs;

/// <summary>How the numbers of an answer are made of scores.</summary>
internal enum ScoreLink
{
    /// <summary>They are the scores.</summary>
    None,

    /// <summary>1 / (1 + exp(−score)) of each.</summary>
    Logistic,

    /// <summary>The same, divided by their sum.</summary>
    LogisticShare,

    /// <summary>exp(score) of each, divided by their sum.</summary>
    Softmax,
}

/// <summary>A graph of tensors, as far as it could be followed.</summary>
/// <param name="Cells">How its inputs are rows of cells.</param>
/// <param name="Outputs">By name, those whose numbers are known functions of the cells.</param>
internal sealed record ReadTensors(TensorCells Cells, IReadOnlyDictionary<string, RowScores> Outputs);

/// <summary>The numbers that a row is answered with: a score for each, and what is made of them.</summary>
internal sealed record RowScores(ColumnScore[] Scores, ScoreLink Link)
{
    /// <summary>What a name in a graph stands for, if that is scores.</summary>
    public static RowScores? Of(GraphValue? value) => value switch
    {
        ScoresValue scores => scores.Of,
        ScoreValue score => new([score.Score], score.IsProbability ? ScoreLink.Logistic : ScoreLink.None),
        _ => null,
    };

    /// <summary>The numbers that belong to scores.</summary>
    public double[] Numbers(double[] scores) => Link switch
    {
        ScoreLink.None => scores,
        ScoreLink.Logistic => Array.ConvertAll(scores, Logistic),
        ScoreLink.LogisticShare => Shares(Array.ConvertAll(scores, Logistic)),
        _ => Softmax(scores),
    };

    private static double Logistic(double score) => 1 / (1 + Math.Exp(-score));

    private static double[] Softmax(double[] scores)
    {
        var most = scores.Max();
        return Shares(Array.ConvertAll(scores, score => Math.Exp(score - most)));
    }

    private static double[] Shares(double[] parts)
    {
        var sum = parts.Sum();
        return Array.ConvertAll(parts, part => part / sum);
    }
}
