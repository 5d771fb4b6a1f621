using System.Globalization;
using Assay.Console.Formats;
using Assay.Console.Pages.Models;
using Assay.Inference.Models;
using Assay.Learning;
using Assay.Registry;

namespace Assay.Console.Pages.Approvals;

/// <summary>One part of two versions.</summary>
internal sealed record DifferentPart(string Name, string Before, string After)
{
    public bool Changed => Before != After;
}

/// <summary>What is different about two versions of a model: data, inputs, trainer, code, and how groups are treated.</summary>
internal static class VersionDifference
{
    private const int RowsMin = 30;   // smaller groups say too little
    private const int ColumnsMax = 6;

    public static IReadOnlyList<DifferentPart> Of(ModelVersionDetail candidate, ModelVersionDetail production)
    {
        var (after, before) = (EvaluationReader.Read(candidate.Evaluation), EvaluationReader.Read(production.Evaluation));
        List<DifferentPart> parts =
        [
            new("Data", Data(production.Version, before), Data(candidate.Version, after)),
            new("Rows learned from", Rows(before), Rows(after)),
            new("Inputs", $"{production.Schema.Inputs.Count}", Inputs(candidate.Schema, production.Schema)),
            new("Trainer", Trainer(before), Trainer(after)),
            new("Columns left out", LeftOut(before), LeftOut(after)),
        ];
        parts.AddRange(Groups(after, before));
        return parts;
    }

    private static string Data(ModelVersionSummary version, Evaluation? evaluation) => evaluation is { Datasets.Count: > 0 }
        ? string.Join(", ", evaluation.Datasets.Select(data => $"{data.Name} v{data.Version}"))
        : version.Dataset ?? "not said";

    private static string Rows(Evaluation? evaluation) => evaluation is null ? "not said" : Show.Count(evaluation.TrainRows);

    private static string Trainer(Evaluation? evaluation)
    {
        if (evaluation is null)
            return "not said";
        var won = evaluation.CrossValidation.FirstOrDefault(line => line.Trainer == evaluation.Trainer);
        var parameters = won is { Params.Count: > 0 } ? $" ({string.Join(", ", won.Params.Select(each => $"{each.Key} {each.Value}"))})" : "";
        return $"{evaluation.Trainer}, seed {evaluation.Seed}{parameters}";
    }

    private static string LeftOut(Evaluation? evaluation) => evaluation is null ? "not said"
        : evaluation.ExcludedColumns.Count == 0 ? "none"
        : string.Join(", ", evaluation.ExcludedColumns.Select(column => column.Column));

    private static string Inputs(ModelSchema candidate, ModelSchema production)
    {
        var before = production.Inputs.ToDictionary(input => input.Name);
        var added = candidate.Inputs.Where(input => !before.ContainsKey(input.Name)).Select(input => $"+ {input.Name}");
        var gone = production.Inputs.Where(input => candidate.Inputs.All(other => other.Name != input.Name)).Select(input => $"− {input.Name}");
        var recoded = candidate.Inputs.Where(input => before.TryGetValue(input.Name, out var other) && !Same(input, other)).Select(input => $"{input.Name} recoded");
        var all = added.Concat(gone).Concat(recoded).ToList();
        return all.Count == 0 ? $"{candidate.Inputs.Count}" : $"{candidate.Inputs.Count}: {string.Join(", ", all)}";
    }

    private static bool Same(ModelInput one, ModelInput other) => one.Type == other.Type && one.Nullable == other.Nullable
        && (one.Categories ?? []).SequenceEqual(other.Categories ?? []);

    private static IEnumerable<DifferentPart> Groups(Evaluation? after, Evaluation? before) =>
        (after?.Segments ?? [])
            .Select(column => (column.Column, After: Gap(column), Before: before?.Segments?.FirstOrDefault(other => other.Column == column.Column) is { } old ? Gap(old) : null))
            .Where(column => column.After is not null)
            .OrderByDescending(column => column.After)
            .Take(ColumnsMax)
            .Select(column => new DifferentPart($"Gap in decisions by {column.Column}", Text(column.Before), Text(column.After)));

    /// <summary>Difference of the shares that are decided positive, between the most and the least favoured group.</summary>
    private static double? Gap(SegmentedColumn column)
    {
        var shares = column.Groups.Where(group => group.Rows >= RowsMin).Select(group => (double)group.Selected / group.Rows).ToList();
        return shares.Count < 2 ? null : shares.Max() - shares.Min();
    }

    private static string Text(double? gap) => gap is { } value ? string.Create(CultureInfo.InvariantCulture, $"{100 * value:0.0} points") : "not measured";
}
