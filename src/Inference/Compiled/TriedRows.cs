using Assay.Inference.Explanations;
using Assay.Inference.Graphs;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Compiled;

/// <summary>
/// Rows on which two ways of computing a model are compared: some like the training data, some that lie on the thresholds
/// of trees and beside them, some whose numbers have all sizes, and some that nobody would send.
/// </summary>
internal static class TriedRows
{
    /// <summary>One of so many rows is tried alone, too.</summary>
    public const int AloneEvery = 32;

    /// <summary>Small groups that are tried, too: not the same parts of a matrix product compute them.</summary>
    public static readonly int[] Groups = [2, 3, 5, 13];

    private const int Like = 256;
    private const int Edges = 512;
    private const int Sizes = 256;
    private const int Seed = 20;
    private static readonly float[] Unlikely = [0, -0f, 1, -1, 1e-30f, -1e30f, float.MaxValue, float.MinValue, float.Epsilon];

    public static PredictionRows Make(ModelSchema schema, BaselineProfile baseline, ColumnScore? score)
    {
        var rows = new PredictionRows(schema.Inputs.Count);
        foreach (var row in Background.Rows(schema, baseline, Like))
            row.CopyTo(rows.AddRow());
        var random = new Random(Seed);
        float[][] values = [.. schema.Inputs.Select((input, place) => ValuesOf(input, place, score))];
        for (var row = 0; row < Edges; row++)
        {
            var cells = rows.AddRow();
            for (var input = 0; input < values.Length; input++)
                cells[input] = values[input][random.Next(values[input].Length)];
        }

        for (var row = 0; row < Sizes; row++)
        {
            var cells = rows.AddRow();
            for (var input = 0; input < values.Length; input++)
                cells[input] = schema.Inputs[input].Type == InputType.Category ? values[input][random.Next(values[input].Length)] : AnySize(random);
        }

        return rows;
    }

    // Products of very different sizes show in which order a sum is made, and where it is rounded.
    private static float AnySize(Random random) => (float)((random.NextDouble() * 2 - 1) * Math.Pow(10, random.Next(-4, 5)));

    private static float[] ValuesOf(ModelInput input, int place, ColumnScore? score)
    {
        if (input.Type == InputType.Category)
            return [PredictionRows.MissingCategory, .. Enumerable.Range(0, input.Categories!.Count).Select(index => (float)index)];
        var trees = (score as ForestColumnScore)?.Forest.Trees ?? [];
        var thresholds = trees.SelectMany(tree => tree.Nodes)
            .Where(node => score!.Slots[node.Slot].Input == place).Select(node => (float)node.Threshold).Distinct();
        return [.. Unlikely, float.NaN, .. thresholds.SelectMany(threshold => new[] { threshold, MathF.BitIncrement(threshold), MathF.BitDecrement(threshold) })];
    }
}
