using Assay.Data.Datasets;
using Assay.Data.Screening;
using Assay.Inference.Models;
using Assay.Learning.Features;
using Assay.Learning.Labels;
using Assay.Learning.Reading;
using Assay.Learning.Selection;
using Assay.Learning.Splits;

namespace Assay.Learning;

/// <summary>All that is decided before the first model is fitted.</summary>
internal sealed record Prepared(
    Table Table,
    Label Label,
    LearningRows Rows,
    RowSides Sides,
    SplitRule Split,
    int Folds,
    int[] FoldOf,
    Champion? Champion,
    IReadOnlyList<int> Starts,
    IReadOnlyList<ExcludedColumn> LeftOut,
    List<string> Notes)
{
    private const int RecentRowsMin = 200;
    private const int RecentOfClassMin = 20;

    /// <summary>The champion on the same hold-out rows; null, with a note, when it can't be compared.</summary>
    public ChampionComparison? Compare(TrainingRequest request, float[] predictions)
    {
        if (Champion is null)
            return null;
        var (champions, problem) = Champion.Predict(Table, Label, request.Label, Sides.Holdout);
        if (champions is null)
        {
            Notes.Add($"The model in production was not compared: {problem}.");
            return null;
        }

        var metrics = Quality.Of(Rows, Sides.Holdout, champions);
        var recent = request.CompareOnLast ? Recent() : null;
        var from = recent ?? 0;   // the hold-out rows are in the order of the table, and the last dataset's are its last
        var difference = Quality.Compare(Rows, Sides.Holdout[from..], predictions[from..], champions[from..]);
        return new(
            request.ChampionDigest, metrics, difference, difference.Low > 0, recent is null ? null : request.Datasets[^1].Name, Sides.Holdout.Length - from);
    }

    // Where the hold-out rows of the last dataset begin; null when it is the only one, or has too few to tell.
    private int? Recent()
    {
        if (Starts.Count < 2)
            return null;
        var from = Array.FindIndex(Sides.Holdout, row => row >= Starts[^1]);
        var recent = from < 0 ? [] : Sides.Holdout[from..];
        var enough = recent.Length >= RecentRowsMin
            && (Rows.Task != ModelTask.Classification || recent.GroupBy(Rows.ClassOf).Select(rows => rows.Count()).ToArray() is { Length: 2 } counts && counts.Min() >= RecentOfClassMin);
        if (!enough)
            Notes.Add($"The model in production was compared on all held-out rows: the last dataset has {recent.Length} of them, too few to tell by those alone.");
        return enough ? from : null;
    }
}

/// <summary>Reads, screens and splits.</summary>
internal static class Preparation
{
    private const int FewerFoldsAbove = 40_000;

    public static Prepared Run(TrainingRequest request, string inputFolder, ProgressLines lines, CancellationToken cancel)
    {
        var datasets = request.Datasets
            .Select(dataset => (dataset.Name, TableFile.Read(Path.Combine(inputFolder, dataset.File), dataset.Format, cancel: cancel)))
            .ToArray();
        var (table, notShared) = DatasetUnion.Of(datasets);
        var label = Label.Read(table, request.Label, request.Task);
        EnoughRows.Check(request.Label, label);
        cancel.ThrowIfCancellationRequested();

        lines.Write(new("screening", 5));
        var champion = request.Champion is null ? null : Champion.Read(Path.Combine(inputFolder, request.Champion));
        var kept = request.KeepInputs && champion is not null ? new KeptInputs(champion.Inputs) : null;
        var notSent = kept?.Others(table, request.Label) ?? [];
        var screened = ColumnScreen.Find(Without(table, notSent).Keep(label.Labelled), request.Label);
        var (features, unfit) = FeatureReader.Read(
            table, request.Label, [.. notSent.Concat(screened).Select(column => column.Column)]);
        IReadOnlyList<ExcludedColumn> leftOut = [.. notShared, .. notSent, .. screened, .. unfit];
        features = kept?.Demand(features, leftOut) ?? features;
        if (features.Count == 0)
            throw new TrainingRefusedException(NoFeatures(request.Label, leftOut));
        cancel.ThrowIfCancellationRequested();

        var split = SplitOf(request, table, features, champion);
        var identities = Split.Identities(table, split.Columns, split.Seed);
        var sides = RowSides.Of(identities, label.Labelled);
        var folds = request.Folds ?? (sides.Train.Length > FewerFoldsAbove ? 3 : 5);
        var rows = new LearningRows(label.Task, features, label.Values);
        var foldOf = sides.Deal(identities, row => rows.ClassOf(row), folds);
        EnoughRows.Check(rows, label, sides, foldOf, folds);

        var notes = Notes.Of(request, table, label, features, split);
        return new(table, label, rows, sides, split, folds, foldOf, champion, StartsOf(datasets), leftOut, notes);
    }

    /// <summary>
    /// The champion's split where it can be repeated: rows that the champion was fitted on must not be what it is
    /// evaluated on now.
    /// </summary>
    private static SplitRule SplitOf(TrainingRequest request, Table table, IReadOnlyList<Feature> features, Champion? champion) =>
        champion is not null && champion.Split.Columns.All(column => table.Find(column) is not null)
            ? champion.Split
            : new(request.Seed, [.. features.Select(feature => feature.Name).Append(request.Label).Order(StringComparer.Ordinal)]);

    // The first row of each dataset in their union.
    private static int[] StartsOf((string Name, Table Table)[] datasets)
    {
        var next = 0;
        return [.. datasets.Select(dataset => (next += dataset.Table.Rows) - dataset.Table.Rows)];
    }

    // A column that is not learned from can't give the label away together with one that is.
    private static Table Without(Table table, IReadOnlyList<ExcludedColumn> columns) => columns.Count == 0
        ? table
        : table with { Columns = [.. table.Columns.Where(column => columns.All(left => left.Column != column.Name))] };

    private static string NoFeatures(string label, IReadOnlyList<ExcludedColumn> leftOut) =>
        leftOut.Count == 0
            ? $"There is nothing to learn '{label}' from: the table has no other column."
            : $"There is nothing to learn '{label}' from, since every other column was left out: "
                + string.Join("; ", leftOut.Take(3).Select(column => $"'{column.Column}' {column.Reason}"))
                + (leftOut.Count > 3 ? $"; and {leftOut.Count - 3} more." : ".");
}
