using Assay.Inference.Graphs;
using Assay.Inference.Tensors;

namespace Assay.Inference.Explanations;

/// <summary>Reasons by trees or a linear function that could be read from a graph of tensors, for each number of a row's answer.</summary>
internal sealed class ScoreExplainer
{
    private readonly RowScores _scores;
    private readonly ColumnExplainer?[] _columns;   // of each number, made when it is first explained
    private readonly int[] _places;
    private readonly float[][] _rows;
    private readonly float[][] _background;
    private readonly ExplanationWish _wish;

    private ScoreExplainer(RowScores scores, int[] places, float[][] rows, float[][] background, ExplanationWish wish)
    {
        (_scores, _places, _rows, _background, _wish) = (scores, places, rows, background, wish);
        _columns = new ColumnExplainer?[scores.Scores.Length];
    }

    /// <summary>The unit of the reasons.</summary>
    public ExplanationSpace Space => _scores.Link switch
    {
        ScoreLink.None => ExplanationSpace.Prediction,
        ScoreLink.Logistic => ExplanationSpace.LogOdds,
        _ => ExplanationSpace.Score,
    };

    /// <summary>Null where the number isn't one that was read, or the model answers another than was read.</summary>
    /// <param name="read">Of the graph.</param>
    /// <param name="game">For rows and background.</param>
    /// <param name="number">What is explained.</param>
    /// <param name="served">What the rows were answered with.</param>
    /// <param name="wish">How it is to be explained.</param>
    public static async Task<ScoreExplainer?> Find(ReadTensors read, TensorGame game, ExplainedNumber number, IReadOnlyList<NamedTensor> served, ExplanationWish wish)
    {
        if (!read.Outputs.TryGetValue(number.Output, out var scores) || Array.Exists(number.Elements, element => element >= scores.Scores.Length))
            return null;
        var rows = Enumerable.Range(0, game.Rows).Select(row => game.Row(read.Cells, row)).OfType<float[]>().ToArray();
        var background = Enumerable.Range(0, game.BackgroundRows).Select(row => game.BackgroundRow(read.Cells, row)).OfType<float[]>().ToArray();
        if (rows.Length < game.Rows || background.Length < game.BackgroundRows)
            return null;
        var found = new ScoreExplainer(scores, game.Places(read.Cells), rows, background, wish);
        var compared = await game.BackgroundNumbers(number, 0);
        return Enumerable.Range(0, scores.Scores.Length).All(element => found.Columns(element) is not null)   // a class without trees fits any method
            && rows.Index().All(row => found.Agrees(row.Item, number.Elements[row.Index], number.Plain(served, game.Rows, row.Index, row.Index)))
            && compared.Index().All(row => found.Agrees(background[row.Index], number.Elements[0], row.Item)) ? found : null;
    }

    /// <summary>How a number is explained.</summary>
    public ExplanationMethod MethodOf(int element) => Columns(element)!.Method;

    /// <summary>What a number is compared with where the trees carry it themselves; null for what the caller is compared with otherwise.</summary>
    public string? BackgroundOf(int element) => Columns(element) is { Method: ExplanationMethod.TreeShap } columns ? columns.Background : null;

    /// <summary>What a number is on average over what rows are compared with, in the unit of the reasons.</summary>
    public double Base(int element) => Columns(element)!.Base;

    /// <summary>The same as the model would answer it.</summary>
    public double BaseNumber(int element) => _scores.Numbers([.. Enumerable.Range(0, _columns.Length).Select(Base)])[element];

    /// <summary>Why a row is answered with a number: the output, and the share of each of its elements, in the order that they were sent.</summary>
    public (double Output, double[] Attributions) Explain(int row, int element)
    {
        var cells = new double[_places.Length];
        var output = Columns(element)!.Explain(_rows[row], cells);
        return (output, Array.ConvertAll(_places, place => cells[place]));
    }

    /// <summary>The number that a row is answered with where the score of it is another.</summary>
    public double Number(int row, int element, double score)
    {
        var scores = Scores(_rows[row]);
        scores[element] = score;
        return _scores.Numbers(scores)[element];
    }

    private ColumnExplainer? Columns(int element)
    {
        double Mean(Slot slot) => _background.Average(cells => (double)slot.Of(cells[slot.Input]));
        ColumnExplainer? For(ExplanationMethod method) => ColumnExplainer.For(_scores.Scores[element], method, Mean, _background);
        return _columns[element] ??= _wish switch
        {
            { Method: { } method } => For(method),
            { AgainstRows: true } => For(ExplanationMethod.Linear) ?? For(ExplanationMethod.BackgroundTreeShap),
            _ => ColumnExplainer.Best(_scores.Scores[element], Mean, _background),
        };
    }

    private bool Agrees(float[] cells, int element, double answered) =>
        Math.Abs(_scores.Numbers(Scores(cells))[element] - answered) <= Explainer.AgreementTolerance * Math.Max(1, Math.Abs(answered));

    private double[] Scores(float[] cells) => Array.ConvertAll(_scores.Scores, score =>
    {
        var vector = new float[score.Slots.Length];
        score.Encode(cells, vector);
        return score.Of(vector);
    });
}
