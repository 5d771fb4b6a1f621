namespace Assay.Inference.Graphs;

/// <summary>Operators that make several scores of a vector, as exporters of scikit-learn, XGBoost and PyTorch write them, or turn scores into others.</summary>
internal static class RowScoreOperators
{
    // A · B + C, with B and C constants.
    public static ScoresValue? Gemm(OnnxNode node, SlotsValue slots, OnnxTensor weights, OnnxTensor? bias)
    {
        var isPlain = (node.Of("transA").Whole ?? 0) == 0 && (node.Of("alpha").Number ?? 1) == 1 && (node.Of("beta").Number ?? 1) == 1;
        var (width, count) = (slots.Slots.Length, weights.Values.Count / Math.Max(1, slots.Slots.Length));
        if (!isPlain || count == 0 || weights.Values.Count != width * count || (bias is not null && bias.Values.Count != 1 && bias.Values.Count != count))
            return null;
        var isTurned = node.Of("transB").Whole == 1;
        return new(Linear(slots, count, (score, slot) => weights.Values[isTurned ? (score * width) + slot : (slot * count) + score], bias?.Values ?? []));
    }

    public static ScoresValue? LinearRegressor(OnnxNode node, SlotsValue slots) =>
        Linear(node, slots, node.Of("targets").Whole ?? 1) is { } scores && LinkOf(node) is { } link ? new(scores with { Link = link }) : null;

    public static ScoresValue? LinearClassifier(OnnxNode node, SlotsValue slots)
    {
        if (LinkOf(node) is not { } link || Linear(node, slots, Math.Max(1, node.Of("intercepts").Numbers.Count)) is not { } scores)
            return null;
        return new(scores.Scores is [var only] && Classes(node) == 2 ? OfTwo(only, link, isShare: false) : scores with { Link = link });
    }

    public static ScoresValue? TreeRegressor(OnnxNode node, SlotsValue slots, int inputs) =>
        LinkOf(node) is { } link && TreeEnsembleReader.Read(node, "target", node.Of("n_targets").Whole ?? 1, slots.Slots, inputs) is { } scores
            ? new(new(scores, link))
            : null;

    public static ScoresValue? TreeClassifier(OnnxNode node, SlotsValue slots, int inputs)
    {
        var (classes, ids) = (Classes(node), node.Of("class_ids").Wholes);
        if (classes < 2 || LinkOf(node) is not { } link)
            return null;
        if (classes == 2 && ids.Distinct().Count() == 1)
        {
            // The runtime takes weights none of which is negative for shares of the second class, which are no log-odds.
            var isShare = node.NumbersOf("class_weights").All(weight => weight >= 0);
            return TreeEnsembleReader.Read(node, "class", 1, slots.Slots, inputs) is [var only] ? new(OfTwo(only, link, isShare)) : null;
        }

        return TreeEnsembleReader.Read(node, "class", classes, slots.Slots, inputs) is { } scores ? new(new(scores, link)) : null;
    }

    /// <summary>What is done to all scores alike.</summary>
    public static ScoresValue? Alone(OnnxNode node, RowScores scores) => (node.Operator, scores.Link) switch
    {
        ("Identity" or "Cast" or "Reshape" or "Flatten", _) => new(scores),
        ("ZipMap", _) => ByKey(node, scores),
        ("Sigmoid", ScoreLink.None) => new(scores with { Link = ScoreLink.Logistic }),
        ("Softmax", ScoreLink.None) when node.Of("axis").Whole is null or 1 or -1 => new(scores with { Link = ScoreLink.Softmax }),
        ("Normalizer", ScoreLink.Logistic) when IsL1(node) && scores.Scores is not [_, _] => new(scores with { Link = ScoreLink.LogisticShare }),
        ("Normalizer", _) when IsL1(node) => new(scores),   // these add up to 1 already; that they do is seen when they are held to the answer
        _ => null,
    };

    /// <summary>A constant added to scores, or by which they are multiplied.</summary>
    public static ScoresValue? With(OnnxNode node, RowScores scores, OnnxTensor constant)
    {
        if (node.Operator == "Reshape")
            return new(scores);
        if (scores.Link != ScoreLink.None || (constant.Values.Count != 1 && constant.Values.Count != scores.Scores.Length))
            return null;
        double Of(int score) => constant.Values[constant.Values.Count == 1 ? 0 : score];
        return node.Operator switch
        {
            "Add" => new(scores with { Scores = [.. scores.Scores.Select((score, at) => score with { Bias = score.Bias + Of(at) })] }),
            "Mul" => new(scores with { Scores = [.. scores.Scores.Select((score, at) => score.Times(Of(at)))] }),
            _ => null,
        };
    }

    // The runtime answers maps in the order of their keys.
    private static ScoresValue? ByKey(OnnxNode node, RowScores scores)
    {
        var (texts, numbers) = (node.Of("classlabels_strings").Texts, node.Of("classlabels_int64s").Wholes);
        if (Math.Max(texts.Count, numbers.Count) != scores.Scores.Length)
            return null;
        var order = Enumerable.Range(0, scores.Scores.Length);
        var sorted = texts.Count > 0 ? order.OrderBy(place => texts[place], StringComparer.Ordinal) : order.OrderBy(place => numbers[place]);
        return new(scores with { Scores = [.. sorted.Select(place => scores.Scores[place])] });
    }

    // One score of two classes: the second's share, or its log-odds, or a number whose sign decides.
    private static RowScores OfTwo(ColumnScore score, ScoreLink link, bool isShare)
    {
        var opposite = score.Times(-1);
        return isShare
            ? new([opposite with { Bias = opposite.Bias + 1 }, score], ScoreLink.None)
            : new([opposite, score], link == ScoreLink.Logistic ? link : ScoreLink.None);
    }

    private static RowScores? Linear(OnnxNode node, SlotsValue slots, long count)
    {
        var (weights, bias, width) = (node.Of("coefficients").Numbers, node.Of("intercepts").Numbers, slots.Slots.Length);
        return count > 0 && count == weights.Count / (double)width && (bias.Count == 0 || bias.Count == count)
            ? Linear(slots, (int)count, (score, slot) => weights[(score * width) + slot], bias)
            : null;
    }

    private static RowScores Linear(SlotsValue slots, int count, Func<int, int, double> weight, IReadOnlyList<double> bias) => new(
        [.. Enumerable.Range(0, count).Select(score => new LinearColumnScore(
            slots.Slots, [.. Enumerable.Range(0, slots.Slots.Length).Select(slot => weight(score, slot))], bias.Count == 0 ? 0 : bias[bias.Count == 1 ? 0 : score]))],
        ScoreLink.None);

    private static ScoreLink? LinkOf(OnnxNode node) => (node.Of("post_transform").Text ?? "NONE") switch
    {
        "NONE" => ScoreLink.None,
        "LOGISTIC" => ScoreLink.Logistic,
        "SOFTMAX" => ScoreLink.Softmax,
        _ => null,
    };

    private static bool IsL1(OnnxNode node) => node.Of("norm").Text == "L1";

    private static int Classes(OnnxNode node) => Math.Max(
        Math.Max(node.Of("classlabels_strings").Texts.Count, node.Of("classlabels_int64s").Wholes.Count), node.Of("classlabels_ints").Wholes.Count);
}
