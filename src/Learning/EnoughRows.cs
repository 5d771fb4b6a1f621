using Assay.Inference.Models;
using Assay.Learning.Labels;
using Assay.Learning.Splits;

namespace Assay.Learning;

/// <summary>Refuses a training that could not be evaluated.</summary>
internal static class EnoughRows
{
    /// <summary>Fewest rows with a label.</summary>
    public const int RowsMin = 50;

    /// <summary>Most rows: past them the table and what is made of it no longer fit an ordinary machine's memory.</summary>
    public const int RowsMax = 20_000_000;

    /// <summary>Fewest rows of either class.</summary>
    public const int ClassRowsMin = 20;

    // An interval of an AUC needs two rows of each class; of an error, a few rows.
    private const int HoldoutClassRowsMin = 2;

    public static void Check(string name, Label label)
    {
        if (label.Values.Length > RowsMax)
        {
            throw new TrainingRefusedException(
                $"Too many rows: {label.Values.Length:N0}, and at most {RowsMax:N0} can be learned from at once; take a sample.");
        }

        if (label.Labelled.Length < RowsMin)
        {
            throw new TrainingRefusedException(
                $"Too few rows: {label.Labelled.Length} have a value in '{name}', and at least {RowsMin} are needed.");
        }

        if (label.Classes is null)
            return;
        var positive = label.Labelled.Count(row => label.Values[row] == 1);
        Check(label.Classes[0], label.Labelled.Length - positive);
        Check(label.Classes[1], positive);

        void Check(string kind, int count)
        {
            if (count < ClassRowsMin)
            {
                throw new TrainingRefusedException(
                    $"Too few rows: {count} have '{kind}' in '{name}', and at least {ClassRowsMin} of each class are needed.");
            }
        }
    }

    /// <summary>After the split: every class on both sides and in every fold.</summary>
    public static void Check(LearningRows rows, Label label, RowSides sides, int[] foldOf, int folds)
    {
        for (var kind = 0; kind < (label.Classes?.Count ?? 1); kind++)
        {
            var held = sides.Holdout.Count(row => rows.ClassOf(row) == kind);
            var dealt = foldOf.Where((_, position) => rows.ClassOf(sides.Train[position]) == kind).Distinct().Count();
            if (held >= HoldoutClassRowsMin && dealt == folds)
                continue;
            var of = label.Classes is null ? "" : $" with '{label.Classes[kind]}'";
            throw new TrainingRefusedException(
                $"Too few different rows{of}: {held} of them are held out and {dealt} of {folds} folds have one, where at least "
                + $"{HoldoutClassRowsMin} and {folds} are needed; add rows, or choose another seed.");
        }
    }
}
