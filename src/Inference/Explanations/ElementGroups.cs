using System.Globalization;

namespace Assay.Inference.Explanations;

/// <summary>
/// What an explanation tells apart in a model's inputs: each element of a row; or, of many, blocks of elements that stand beside
/// each other: patches of an image with all its channels, stretches of a text or of a series.
/// </summary>
internal sealed class ElementGroups
{
    /// <summary>Elements of a row up to which each is told by itself.</summary>
    public const int ElementsMax = 256;

    /// <summary>Groups where nobody asked for another number.</summary>
    public const int Usually = 64;

    private const int ChannelsMax = 4;

    private ElementGroups(int[][] of, string[] names, int[] sizes) => (Runs, Names, Sizes) = (Array.ConvertAll(of, RunsOf), names, sizes);

    /// <summary>Of each input the elements of a row, those of a group that stand behind each other as one.</summary>
    public ElementRun[][] Runs { get; }

    /// <summary>What each is called: the input, and where it stands there as NumPy writes it.</summary>
    public string[] Names { get; }

    /// <summary>Elements of each.</summary>
    public int[] Sizes { get; }

    /// <summary>Whether several elements are one.</summary>
    public bool AreBlocks => Sizes.Max() > 1;

    /// <param name="inputs">Names of the inputs, and the shapes of their rows.</param>
    /// <param name="columns">Names of the elements where there is one input.</param>
    /// <param name="groups">How many groups may be made; null for as many as are usual.</param>
    public static ElementGroups Make(IReadOnlyList<(string Name, int[] Shape)> inputs, IReadOnlyList<string>? columns, int? groups)
    {
        var (of, names, sizes) = (new int[inputs.Count][], new List<string>(), new List<int>());
        int[] widths = [.. inputs.Select(input => Product(input.Shape))];
        var most = widths.Sum(width => (long)width) <= (groups ?? ElementsMax) ? int.MaxValue : Math.Max(1, (groups ?? Usually) / inputs.Count);
        for (var input = 0; input < inputs.Count; input++)
        {
            var (name, shape) = inputs[input];
            var cuts = Cuts(shape, most);
            var first = names.Count;
            of[input] = [.. Enumerable.Range(0, widths[input]).Select(element => first + Block(element, shape, cuts))];
            for (var block = 0; block < Product(cuts); block++)
                names.Add(columns?.Count == widths[input] && inputs.Count == 1 && most == int.MaxValue ? columns[block] : name + Place(block, shape, cuts));
            sizes.AddRange(new int[Product(cuts)]);
            foreach (var group in of[input])
                sizes[group]++;
        }

        return new(of, [.. names], [.. sizes]);
    }

    private static ElementRun[] RunsOf(int[] groups)
    {
        var runs = new List<ElementRun>();
        for (int start = 0, end; start < groups.Length; start = end)
        {
            for (end = start + 1; end < groups.Length && groups[end] == groups[start];)
                end++;
            runs.Add(new(start, end - start, groups[start]));
        }

        return [.. runs];
    }

    // Into how many pieces each axis is cut: the longest is cut finer as long as there is room.
    private static int[] Cuts(int[] shape, int most)
    {
        if (Product(shape) <= most)
            return [.. shape];
        var cuts = Enumerable.Repeat(1, shape.Length).ToArray();
        var axes = Axes(shape);
        while (true)
        {
            var longest = axes.Where(axis => cuts[axis] < shape[axis] && Product(cuts) / cuts[axis] * (cuts[axis] + 1) <= most)
                .OrderByDescending(axis => (double)shape[axis] / cuts[axis]).FirstOrDefault(-1);
            if (longest < 0)
                return cuts;
            cuts[longest]++;
        }
    }

    // Of an image height and width, whether channels come first or last; of a series of vectors the series.
    private static int[] Axes(int[] shape)
    {
        int[] axes = [.. Enumerable.Range(0, shape.Length).Where(axis => shape[axis] > 1)];
        if (axes.Length < 2)
            return axes;
        if (axes.Length > 2 && shape[axes[0]] <= ChannelsMax)
            return axes[1..];
        if (axes.Length > 2 && shape[axes[^1]] <= ChannelsMax)
            return axes[..^1];
        return axes.Length > 2 ? axes[..2] : shape[axes[0]] == shape[axes[1]] ? axes : axes[..1];
    }

    private static int Block(int element, int[] shape, int[] cuts)
    {
        var (block, scale) = (0, 1);
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            var at = element % shape[axis];
            element /= shape[axis];
            block += scale * (int)((((long)at + 1) * cuts[axis] - 1) / shape[axis]);
            scale *= cuts[axis];
        }

        return block;
    }

    private static string Place(int block, int[] shape, int[] cuts)
    {
        if (Product(shape) == 1)
            return "";
        var places = new string[shape.Length];
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            var (at, cut, length) = (block % cuts[axis], cuts[axis], (long)shape[axis]);
            block /= cut;
            places[axis] = cut == 1 ? length == 1 ? "0" : ":" : cut == length ? Text(at) : $"{Text(at * length / cut)}:{Text((at + 1) * length / cut)}";
        }

        return $"[{string.Join(',', places)}]";
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Product(int[] sizes) => sizes.Aggregate(1, (product, size) => product * size);
}

/// <summary>Elements that stand behind each other and belong to one group.</summary>
internal readonly record struct ElementRun(int Start, int Length, int Group);
