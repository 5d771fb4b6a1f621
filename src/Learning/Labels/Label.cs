using System.Globalization;
using Assay.Data.Datasets;
using Assay.Inference.Models;

namespace Assay.Learning.Labels;

/// <summary>The column to predict, as numbers.</summary>
/// <param name="Task">As asked, or inferred.</param>
/// <param name="Classes">For classification: the negative class, then the positive one.</param>
/// <param name="Values">1 for the positive class and 0 for the other, or the number; NaN where the row has no label.</param>
/// <param name="Labelled">Positions of the rows with a label.</param>
internal sealed record Label(ModelTask Task, IReadOnlyList<string>? Classes, double[] Values, int[] Labelled)
{
    /// <summary>A number with at least this many different values is taken for a quantity when no task is asked for.</summary>
    public const int QuantityValuesMin = 10;

    private const int Shown = 5;

    /// <exception cref="TrainingRefusedException">The label can't be learned as asked.</exception>
    public static Label Read(Table table, string name, ModelTask? asked)
    {
        var column = table.Find(name) ?? throw new TrainingRefusedException(NearNames.Sentence(table, name));
        var texts = column switch
        {
            NumberColumn number => Array.ConvertAll(number.Values, value => ClassOf(value, number.Kind)),
            TextColumn text => Array.ConvertAll(text.Values, value => string.IsNullOrWhiteSpace(value) ? null : value),
            _ => throw new ArgumentException($"'{name}' is a column of an unknown kind.", nameof(table)),
        };
        var different = texts.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        RefuseConstant(name, different);

        var labelled = Enumerable.Range(0, table.Rows).Where(row => texts[row] is not null).ToArray();
        if (asked is not (null or ModelTask.Classification or ModelTask.Regression))
            throw new TrainingRefusedException($"Label '{name}' can be learned by classification or by regression, and not by '{asked.ToString()!.ToLowerInvariant()}': ask for one of the two.");
        var task = asked ?? Infer(column, different);
        if (task == ModelTask.Regression)
        {
            return column is NumberColumn { Values: var values }
                ? new(task, Classes: null, values, labelled)
                : throw new TrainingRefusedException(
                    $"Label '{name}' is text, such as '{different[0]}', so its regression is impossible: "
                    + "choose a column of numbers, or ask for classification.");
        }

        if (different.Length > 2)
            throw new TrainingRefusedException(TooManyClasses(column, different));
        var classes = PositiveClass.Order(different[0], different[1], value => texts.Count(text => text == value));
        var binary = Array.ConvertAll(texts, text => text is null ? double.NaN : text == classes[1] ? 1.0 : 0.0);
        return new(task, classes, binary, labelled);
    }

    private static string? ClassOf(double value, ColumnKind kind) =>
        double.IsNaN(value) ? null
        : kind == ColumnKind.Boolean ? (value == 0 ? "false" : "true")
        : (value + 0.0).ToString("R", CultureInfo.InvariantCulture);

    private static ModelTask Infer(Column column, string[] different)
    {
        if (different.Length == 2)
            return ModelTask.Classification;
        return column is NumberColumn && different.Length >= QuantityValuesMin
            ? ModelTask.Regression
            : throw new TrainingRefusedException(TooManyClasses(column, different));
    }

    private static void RefuseConstant(string name, string[] different)
    {
        if (different.Length == 0)
            throw new TrainingRefusedException($"Label '{name}' has no value in any row: choose a column that has.");
        if (different.Length == 1)
        {
            throw new TrainingRefusedException(
                $"Label '{name}' is '{different[0]}' in every row, so there is nothing to learn: add rows with another value.");
        }
    }

    private static string TooManyClasses(Column column, string[] different)
    {
        var values = string.Join(", ", different.Take(Shown).Select(value => $"'{value}'"));
        var more = different.Length > Shown ? ", …" : "";
        var remedy = column is NumberColumn
            ? "ask for the task regression if it is a quantity, or keep rows of two classes"
            : "keep rows of two classes, or merge the classes to two";
        return $"Label '{column.Name}' has {different.Length} different values ({values}{more}) and classification takes two: {remedy}.";
    }
}
