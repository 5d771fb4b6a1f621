namespace Assay.Statistics.Multivariate;

/// <summary>
/// Extremely randomised trees for two classes (Geurts, Ernst and Wehenkel, 2006): each node tries some features, each at the
/// value of a random row, and keeps the purest cut. Rows don't need a scale.
/// </summary>
internal sealed class RandomTrees
{
    private const int Trees = 50;
    private const int DepthMax = 8;
    private const int FewestRows = 5;

    private readonly List<List<Node>> _trees = [];

    private sealed record Node(int Feature, double Cut, int Left, int Right, double Share);

    /// <summary>Learns to tell rows whose <paramref name="positive"/> is set.</summary>
    public static RandomTrees Grow(double[][] rows, bool[] positive, Random random)
    {
        var forest = new RandomTrees();
        for (var tree = 0; tree < Trees; tree++)
        {
            var nodes = new List<Node>();
            Grow(nodes, rows, positive, Enumerable.Range(0, rows.Length).ToArray(), DepthMax, random);
            forest._trees.Add(nodes);
        }

        return forest;
    }

    /// <summary>Mean share of positive rows over the leaves that the row falls into.</summary>
    public double Score(double[] row)
    {
        var sum = 0.0;
        foreach (var tree in _trees)
        {
            var node = tree[0];
            while (node.Left > 0)
                node = tree[row[node.Feature] < node.Cut ? node.Left : node.Right];
            sum += node.Share;
        }

        return sum / _trees.Count;
    }

    private static int Grow(List<Node> nodes, double[][] rows, bool[] positive, int[] members, int depth, Random random)
    {
        var place = nodes.Count;
        var positives = members.Count(row => positive[row]);
        nodes.Add(new(0, 0, 0, 0, (positives + 1.0) / (members.Length + 2)));
        if (depth == 0 || members.Length < 2 * FewestRows || positives == 0 || positives == members.Length)
            return place;
        if (BestCut(rows, positive, members, random) is not var (feature, cut))
            return place;
        var left = Grow(nodes, rows, positive, [.. members.Where(row => rows[row][feature] < cut)], depth - 1, random);
        var right = Grow(nodes, rows, positive, [.. members.Where(row => !(rows[row][feature] < cut))], depth - 1, random);
        nodes[place] = nodes[place] with { Feature = feature, Cut = cut, Left = left, Right = right };
        return place;
    }

    private static (int Feature, double Cut)? BestCut(double[][] rows, bool[] positive, int[] members, Random random)
    {
        var features = rows[0].Length;
        (int, double)? best = null;
        var purest = double.PositiveInfinity;
        for (var tries = (int)Math.Ceiling(Math.Sqrt(features)) + 1; tries > 0; tries--)
        {
            var feature = random.Next(features);
            var cut = rows[members[random.Next(members.Length)]][feature];
            var (left, leftPositive, right, rightPositive) = (0, 0, 0, 0);
            foreach (var row in members)
            {
                if (rows[row][feature] < cut)
                    (left, leftPositive) = (left + 1, leftPositive + (positive[row] ? 1 : 0));
                else
                    (right, rightPositive) = (right + 1, rightPositive + (positive[row] ? 1 : 0));
            }

            if (left < FewestRows || right < FewestRows)
                continue;
            var impurity = ((double)leftPositive * (left - leftPositive) / left) + ((double)rightPositive * (right - rightPositive) / right);
            if (impurity < purest)
                (purest, best) = (impurity, (feature, cut));
        }

        return best;
    }
}
