using Assay.Inference.Explanations;
using Assay.Inference.Graphs;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Compiled;

/// <summary>
/// Rows on which two ways of computing a model are compared: some like the training data, some that lie on the thresholds
/// of trees and beside them, and some that nobody would send.
/// </summary>
internal static class TriedRows
{
    private const int Like = 256;
    private const int Edges = 512;
    private const int Seed = 20;
    private static readonly float[] Unlikely = [0, -0f, 1, -1, 1e-30f, -1e30f, float.MaxValue, float.MinValue, float.Epsilon];

    public static PredictionRows Make(ModelSchema schema, BaselineProfile baseline, ForestColumnScore score)
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

        return rows;
    }

    private static float[] ValuesOf(ModelInput input, int place, ForestColumnScore score)
    {
        if (input.Type == InputType.Category)
            return [PredictionRows.MissingCategory, .. Enumerable.Range(0, input.Categories!.Count).Select(index => (float)index)];
        var thresholds = score.Forest.Trees.SelectMany(tree => tree.Nodes)
            .Where(node => score.Slots[node.Slot].Input == place).Select(node => (float)node.Threshold).Distinct();
        return [.. Unlikely, float.NaN, .. thresholds.SelectMany(threshold => new[] { threshold, MathF.BitIncrement(threshold), MathF.BitDecrement(threshold) })];
    }
}
